using Speaker.Audio.Validation;

namespace Speaker.Audio.Tests.Validation;

public class PluralTests
{
    [Theory]
    [InlineData(0, "0 speakers")]
    [InlineData(1, "1 speaker")]
    [InlineData(1200, "1,200 speakers")]
    public void Of_Number_AgreesWithTheNoun(int number, string text) => Assert.Equal(text, Plural.Of(number, "speaker"));

    [Fact]
    public void Of_IrregularNoun_TakesItsPlural() => Assert.Equal("2 corpora", Plural.Of(2, "corpus", "corpora"));
}
