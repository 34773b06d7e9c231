using Microsoft.Extensions.Options;
using Speaker.Training.Studies;

namespace Speaker.Training.Tests.Studies;

public class ClaimsTests
{
    public static TheoryData<string> Names => [.. Claims.All.Select(claim => claim.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Variants_OfAClaim_DifferAndAreOptionsThatHold(string name)
    {
        var claim = Claims.All.Single(c => c.Name == name);
        var study = new StudyOptions { Folder = "nowhere" };
        study.Validate();
        var changed = claim.Variants.Select(variant => variant.Change(study.Base())).ToArray();
        Assert.All(changed, options => options.Validate());
        Assert.Equal(changed.Length, changed.Distinct().Count());
        Assert.Equal(claim.Variants.Count, claim.Variants.Select(v => v.Name).Distinct().Count());
        Assert.True(claim.Variants.All(v => v.Value is null) || claim.Variants.All(v => v.Value is not null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Expectations_OfAClaim_AreBetweenItsVariants(string name)
    {
        var claim = Claims.All.Single(c => c.Name == name);
        var variants = claim.Variants.Select(v => v.Name).ToArray();
        Assert.NotEmpty(claim.Expectations);
        Assert.All(claim.Expectations, expected =>
        {
            Assert.Contains(expected.Better, variants);
            Assert.Contains(expected.Worse, variants);
            Assert.NotEqual(expected.Better, expected.Worse);
        });
    }

    [Fact]
    public void Validate_ClaimThatThereIsNot_NamesThoseThatThereAre()
    {
        var options = new StudyOptions { Folder = "", Only = ["margin", "quadruplets"] };
        var error = Assert.Throws<OptionsValidationException>(options.Validate);
        Assert.Contains("quadruplets", error.Message, StringComparison.Ordinal);
        Assert.Contains("sampling, mining, margin", error.Message, StringComparison.Ordinal);
        Assert.Contains("cost", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OutOfRange_NamesValueAndBound()
    {
        var error = Assert.Throws<OptionsValidationException>(new StudyOptions { Folder = "", Seeds = 0 }.Validate);
        Assert.Contains("Seeds = 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to 100", error.Message, StringComparison.Ordinal);
        Assert.Throws<OptionsValidationException>(new StudyOptions { Folder = "", MiningBatches = [4] }.Validate);
    }
}
