using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Voices;

namespace Speaker.Host.Tests.House;

/// <summary>Whose words are passed on.</summary>
public sealed class TranscriptPolicyTests
{
    private const string Words = "open the door";

    public static TheoryData<string, string?, string?, string, string> Cases => new()
    {
        // Policy, allowed, tag, who is heard, what the assistant gets.
        { "tag", null, "[{speaker}] ", "anna", "[anna] open the door" },
        { "tag", null, "[{speaker}] ", "reject", "[unknown] open the door" },
        { "tag", null, "[{speaker}] ", "inconclusive", "[unknown] open the door" },
        { "tag", null, "[{speaker}] ", "failed", "[unknown] open the door" },
        { "enrolledOnly", null, null, "anna", "open the door" },
        { "enrolledOnly", null, "{speaker}: ", "anna", "anna: open the door" },
        { "enrolledOnly", null, null, "reject", "" },
        { "enrolledOnly", null, null, "inconclusive", "" },
        { "enrolledOnly", null, null, "failed", "" },
        { "enrolledOnly", null, null, "timedOut", "" },
        { "enrolledOnly", null, null, "nameless", "" },
        { "enrolledOnly", null, null, "rejectedName", "" },
        { "allowedOnly", "anna;boris", null, "anna", "open the door" },
        { "allowedOnly", "anna; cilka", "{speaker}: ", "cilka", "cilka: open the door" },
        { "allowedOnly", "boris;cilka", null, "anna", "" },
        { "allowedOnly", "Anna;boris", null, "anna", "" },
        { "allowedOnly", "anna;boris", null, "inconclusive", "" },
        { "allowedOnly", "anna;boris", null, "failed", "" },
        { "allowedOnly", "anna", null, "rejectedName", "" },
        { "misspelt", null, null, "anna", "" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Apply_PolicyAndVoice_PassesOnlyWhoMay(
        string policy, string? allowed, string? tag, string heard, string expected)
    {
        var options = new HouseOptions { Policy = policy, Allowed = allowed, Tag = tag };
        Assert.Equal(expected, new TranscriptPolicy(options).Apply(Words, Voice(heard)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void Apply_NoWords_AddsNoTag(string words) => Assert.Equal(
        "", new TranscriptPolicy(new HouseOptions { Policy = "tag", Tag = "{speaker}" }).Apply(words, Voice("anna")));

    [Theory]
    [InlineData("Listen", "10300", "HOST:PORT")]
    [InlineData("Listen", "localhost:10300", "the address of an interface")]
    [InlineData("Listen", "::1:10300", "HOST:PORT")]
    [InlineData("Listen", "Kitchen=0.0.0.0:10300", "a satellite's name has a to z")]
    [InlineData("Listen", "a/b=0.0.0.0:10300", "a satellite's name has a to z")]
    [InlineData("Listen", "a=0.0.0.0:1;a=0.0.0.0:2", "names that differ")]
    [InlineData("Listen", "a=0.0.0.0:1;b=0.0.0.0:1", "addresses that differ")]
    [InlineData("Listen", " ; ", "HOST:PORT")]
    [InlineData("Upstream", "127.0.0.1", "HOST:PORT")]
    [InlineData("Upstream", "127.0.0.1:0", "HOST:PORT")]
    [InlineData("Upstream", "127.0.0.1:70000", "HOST:PORT")]
    [InlineData("Upstream", "", "HOST:PORT")]
    [InlineData("Policy", "all", "one of tag, enrolledOnly, allowedOnly")]
    [InlineData("Policy", "", "one of tag, enrolledOnly, allowedOnly")]
    [InlineData("Policy", "tag", "House:Tag = '', must be a text")]
    [InlineData("Policy", "allowedOnly", "House:Allowed = '', must be the names of speakers")]
    [InlineData("Allowed", "anna", "House:Allowed = 'anna', must be left out")]
    [InlineData("Tag", "hello", "{speaker}")]
    [InlineData("StrangerTag", "", "a text")]
    [InlineData("MaximumSeconds", "601", "1 to 600")]
    [InlineData("MaximumConnections", "0", "1 to 1,000")]
    [InlineData("MaximumHeaderBytes", "255", "256 to 1,048,576")]
    [InlineData("MaximumDataBytes", "16777217", "256 to 16,777,216")]
    [InlineData("MaximumPayloadBytes", "63", "64 to 16,777,216")]
    [InlineData("IdleSeconds", "0.5", "1 to 3,600")]
    [InlineData("UpstreamSeconds", "0", "0.1 to 600")]
    [InlineData("RecognitionSeconds", "61", "0.1 to 60")]
    [InlineData("RetrySeconds", "0", "0.05 to 600")]
    [InlineData("Mqtt:Server", "broker", "HOST:PORT")]
    [InlineData("Mqtt:TopicPrefix", "a/#", "a topic")]
    [InlineData("Mqtt:TopicPrefix", "", "not blank")]
    [InlineData("Mqtt:DiscoveryPrefix", "/a", "a topic")]
    [InlineData("Mqtt:Password", "s3cret", "House:Mqtt:User = '', must be given")]
    [InlineData("Mqtt:Authority", "ca.pem", "Tls true")]
    [InlineData("Mqtt:TimeoutSeconds", "0", "0.1 to 300")]
    public void BuildChecked_SettingOfTheHouseThatIsWrong_IsNamedWithWhatItMustBe(string key, string value, string said)
    {
        var builder = Composition.CreateBuilder(
        [
            new("Speaker:House:Listen", "0.0.0.0:10300"), new("Speaker:House:Upstream", "asr.local:10301"),
            new($"Speaker:House:{key}", value),
        ]);
        var exception = Assert.Throws<OptionsValidationException>(() => builder.BuildChecked());
        Assert.Contains("setting Speaker:House:", exception.Message, StringComparison.Ordinal);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateBuilder_NothingGiven_TheSettingsFileHoldsTheDefaultsOfTheHouse()
    {
        var section = Composition.CreateBuilder([]).Configuration.GetSection("Speaker:House");
        AssertDefaults(new HouseOptions(), ["Mqtt"]);
        AssertDefaults(new MqttOptions(), []);

        void AssertDefaults(object options, string[] groups)
        {
            var own = options is MqttOptions ? section.GetSection("Mqtt") : section;
            var properties = options.GetType().GetProperties().Where(property => property.CanWrite).ToArray();
            Assert.Equal(
                properties.Select(property => property.Name).Concat(groups).Order(),
                own.GetChildren().Select(child => child.Key).Order());
            Assert.All(properties, property => Assert.Equal(
                property.GetValue(options) is { } value ? FormattableString.Invariant($"{value}") : "",
                own[property.Name] ?? ""));
        }
    }

    [Fact]
    public void RetryAfter_Failures_DoublesUpToAMinute()
    {
        var options = new HouseOptions { RetrySeconds = 1 };
        Assert.Equal(
            [1, 2, 4, 8, 16, 32, 60, 60],
            Enumerable.Range(1, 8).Select(failures => options.RetryAfter(failures).TotalSeconds));
        Assert.Equal(60, options.RetryAfter(int.MaxValue).TotalSeconds);
        Assert.Equal(120, new HouseOptions { RetrySeconds = 120 }.RetryAfter(5).TotalSeconds);
    }

    private static VoiceDecision Voice(string heard) => heard switch
    {
        "failed" => VoiceDecision.Failed,
        "timedOut" => VoiceDecision.TimedOut,
        "reject" => VoiceDecision.Of(RecognizerStub.DecisionOf(Outcome.Rejected, null, Reason.BeyondThreshold)),
        // As a verification has it: the claimed speaker is named whatever the answer.
        "rejectedName" => VoiceDecision.Of(RecognizerStub.DecisionOf(Outcome.Rejected, "anna", Reason.BeyondThreshold)),
        "inconclusive" => VoiceDecision.Of(RecognizerStub.DecisionOf(Outcome.Inconclusive, "anna", Reason.TooShort)),
        "nameless" => VoiceDecision.Of(RecognizerStub.DecisionOf(Outcome.Accepted, null, Reason.WithinThreshold)),
        _ => VoiceDecision.Of(RecognizerStub.DecisionOf(Outcome.Accepted, heard, Reason.WithinThreshold)),
    };
}
