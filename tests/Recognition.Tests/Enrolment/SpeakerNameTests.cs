using Speaker.Enrolment;

namespace Speaker.Recognition.Tests.Enrolment;

public sealed class SpeakerNameTests
{
    [Theory]
    [InlineData("anna")]
    [InlineData("José García-Núñez")]
    [InlineData("नमस्ते")]
    [InlineData("می‌خواهم")] // with U+200C, as it is spelt
    [InlineData("👩‍🔬")]
    [InlineData("a%2Fb")]
    public void Problem_OfAName_IsNone(string name) => Assert.Null(SpeakerName.Problem(name));

    [Theory]
    [InlineData("anna\u202Egnp.exe", "<U+202E>")]
    [InlineData("an\u200Bna", "<U+200B>")]
    [InlineData("\uFEFFanna", "<U+FEFF>")]
    [InlineData("anna\u2066", "<U+2066>")]
    [InlineData("anna\u2028boris", "<U+2028>")]
    [InlineData("anna\nboris", "<U+000A>")]
    [InlineData("anna/boris", "'anna/boris'")]
    [InlineData("..", "'..'")]
    [InlineData(" anna", "begins or ends with a space")]
    public void Problem_OfWhatIsNone_ShowsIt(string name, string shown) =>
        Assert.Contains(shown, SpeakerName.Problem(name), StringComparison.Ordinal);
}
