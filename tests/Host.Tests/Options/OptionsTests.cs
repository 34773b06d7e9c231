using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;

namespace Speaker.Host.Tests.Options;

/// <summary>Alone: an environment variable that one of them sets is everybody's.</summary>
[CollectionDefinition(nameof(OptionsTests), DisableParallelization = true)]
[Collection(nameof(OptionsTests))]
public sealed class OptionsTests
{
    [Theory]
    [InlineData("Speaker:Store:BusyTimeoutSeconds", "0.01", "0.1 to 600")]
    [InlineData("Speaker:Utterance:MinimumSpeechSeconds", "61", "0.05 to 60")]
    [InlineData("Speaker:Utterance:MaximumClippedFraction", "1.5", "0 to 1")]
    [InlineData("Speaker:Utterance:MinimumSignalToNoise", "-21", "-20 to 60")]
    [InlineData("Speaker:Utterance:MaximumSeconds", "0", "1 to 86,400")]
    [InlineData("Speaker:Inference:Threads", "0", "1 to 256")]
    [InlineData("Speaker:Inference:Concurrency", "-1", "0 to 1,024")]
    [InlineData("Speaker:Verification:Threshold", "3", "0 to 2")]
    [InlineData("Speaker:Quality:WarnBelowSpeechSeconds", "61", "0 to 60")]
    [InlineData("Speaker:Quality:WarnBelowSignalToNoise", "61", "-20 to 60")]
    [InlineData("Speaker:Quality:WarnAboveClippedFraction", "-0.1", "0 to 1")]
    [InlineData("Speaker:Quality:WarnBelowBandwidth", "-1", "0 to 8,000")]
    [InlineData("Speaker:Quality:WarnBelowSpeechLevel", "1", "-100 to 0")]
    [InlineData("Speaker:Quality:WarnAboveVoiceDistance", "2.5", "0 to 2")]
    [InlineData("Speaker:Verification:TargetFar", "0", "above 0 and below 1")]
    [InlineData("Speaker:Verification:TargetFar", "1", "above 0 and below 1")]
    [InlineData("Speaker:Enrolment:GoodSpeechSeconds", "0.5", "1 to 3,600")]
    [InlineData("Speaker:Enrolment:CoherenceTargetFar", "1.5", "above 0 and below 1")]
    [InlineData("Speaker:Identification:MinimumMargin", "-0.1", "0 to 2")]
    [InlineData("Speaker:Identification:Top", "1001", "1 to 1,000")]
    [InlineData("Speaker:Inbox:StableSeconds", "0", "0.05 to 3,600")]
    [InlineData("Speaker:Inbox:RescanSeconds", "4000", "0.1 to 3,600")]
    [InlineData("Speaker:Inbox:IncompleteSeconds", "0", "0.05 to 86,400")]
    [InlineData("Speaker:Inbox:Directory", " ", "not blank")]
    [InlineData("Speaker:Inbox:RefusedDirectory", "inbox", "another folder than Directory")]
    [InlineData("Speaker:Http:Urls", "https://127.0.0.1:8443", "http://HOST:PORT")]
    [InlineData("Speaker:Http:Urls", "http://127.0.0.1:8080/speaker", "without a path")]
    [InlineData("Speaker:Http:KeyFile", " ", "not blank")]
    [InlineData("Speaker:Http:MaximumMegabytes", "0", "0.001 to 10,000")]
    [InlineData("Speaker:Http:MaximumSeconds", "0.5", "1 to 86,400")]
    [InlineData("Speaker:Http:MaximumRecordings", "0", "1 to 1,000")]
    [InlineData("Speaker:Http:Concurrency", "0", "1 to 10,000")]
    [InlineData("Speaker:Http:RequestsPerMinute", "0", "1 to 1,000,000")]
    [InlineData("Speaker:Http:AttemptsPerMinute", "0", "1 to 1,000,000")]
    [InlineData("Speaker:Http:RejectionsBeforeLockOut", "0", "1 to 1,000,000")]
    [InlineData("Speaker:Http:LockOutSeconds", "0.5", "1 to 86,400")]
    [InlineData("Speaker:Http:ChallengeSeconds", "0.5", "1 to 3,600")]
    [InlineData("Speaker:Http:ChallengeDigits", "3", "4 to 20")]
    [InlineData("Speaker:Http:Challenges", "0", "1 to 1,000,000")]
    [InlineData("Speaker:Http:LiveSessions", "0", "1 to 10,000")]
    [InlineData("Speaker:Http:LiveSeconds", "0.5", "1 to 3,600")]
    [InlineData("Speaker:Http:LiveIdleSeconds", "0", "1 to 600")]
    [InlineData("Speaker:Replay:AcceptedPerSpeaker", "1001", "0 to 1,000")]
    [InlineData("Speaker:Replay:Accepted", "-1", "0 to 10,000,000")]
    [InlineData("Speaker:Replay:AcceptedHours", "0", "0.01 to 8,760")]
    [InlineData("Speaker:Live:Seconds", "0.9", "1 to 3,600")]
    [InlineData("Speaker:Live:Device", " ", "not blank")]
    public void BuildChecked_ValueOutOfBounds_NamesKeyValueAndBound(string key, string value, string bound)
    {
        var builder = Composition.CreateBuilder([new(key, value)]);
        var exception = Assert.Throws<OptionsValidationException>(() => builder.BuildChecked());
        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
        Assert.Contains(value.Replace("4000", "4,000", StringComparison.Ordinal).Replace("1001", "1,001",
            StringComparison.Ordinal),
            exception.Message, StringComparison.Ordinal);
        Assert.Contains(bound, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildChecked_SeveralSettingsOutOfBounds_NamesEveryOne()
    {
        var builder = Composition.CreateBuilder(
        [
            new("Speaker:Verification:TargetFar", "5"), new("Speaker:Identification:Top", "0"),
            new("Speaker:Live:Seconds", "0"),
        ]);
        var exception = Assert.Throws<OptionsValidationException>(() => builder.BuildChecked());
        Assert.Contains(
            "setting Speaker:Verification:TargetFar = 5, must be above 0 and below 1",
            exception.Message, StringComparison.Ordinal);
        Assert.Contains("Speaker:Identification:Top = 0, must be from 1 to 1,000", exception.Message,
            StringComparison.Ordinal);
        Assert.Contains("Speaker:Live:Seconds = 0, must be from 1 to 3,600", exception.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Speaker:Verification:TargetFarr", "0.1",
        "there is no setting Speaker:Verification:TargetFarr (did you mean TargetFar?)")]
    [InlineData("Speaker:Live:Sconds", "3", "there is no setting Speaker:Live:Sconds (did you mean Seconds?)")]
    [InlineData("Speaker:Verification:Xyz", "3", "Speaker:Verification:Xyz; there are TargetFar, Threshold")]
    [InlineData("Speaker:Verfication:TargetFar", "0.1",
        "there is no setting Speaker:Verfication (did you mean Verification?)")]
    [InlineData("Speeker:Verification:TargetFar", "0.1", "there is no setting Speeker (did you mean Speaker?)")]
    [InlineData("Speaker:Verification", "5", "setting Speaker:Verification = '5', must be a group of settings")]
    [InlineData("Speaker:Identification:Top:x", "5",
        "setting Speaker:Identification:Top = 'a group', must be a whole number from 1 to 1,000")]
    [InlineData("Speaker:Identification:Top", "three",
        "setting Speaker:Identification:Top = 'three', must be a whole number from 1 to 1,000")]
    [InlineData("Speaker:Identification:Top", "1e1", "'1e1', must be a whole number")]
    [InlineData("Speaker:Identification:Top", "3.0", "'3.0', must be a whole number")]
    [InlineData("Speaker:Identification:Top", "", "'', must be a whole number")]
    [InlineData("Speaker:Verification:TargetFar", "0,01", "'0,01', must be a number above 0 and below 1")]
    [InlineData("Speaker:Verification:Threshold", "0,1", "'0,1', must be a number from 0 to 2")]
    [InlineData("Speaker:Store:BusyTimeoutSeconds", "NaN", "'NaN', must be a number from 0.1 to 600")]
    [InlineData("Speaker:Store:BusyTimeoutSeconds", "Infinity", "'Infinity', must be a number")]
    [InlineData("Speaker:Live:Seconds", " 5", "' 5', must be a number from 1 to 3,600")]
    [InlineData("Speaker:Live:Seconds", "0x5", "'0x5', must be a number")]
    [InlineData("Speaker:Store:Path", ":memory:", "Speaker:Store:Path = ':memory:', must be a file")]
    [InlineData("Speaker:Store:Path", "file:x?mode=memory", "'file:x?mode=memory', must be a file")]
    [InlineData("Speaker:Store:Path", "/dev/null", "'/dev/null', must be a file")]
    [InlineData("Logging:LogLevel:Default", "Informaton", "must be one of Trace, Debug, Information")]
    public void BuildChecked_UnknownOrIllTypedSetting_NamesItItsValueAndItsBound(string key, string value, string said)
    {
        var exception = Assert.ThrowsAny<Exception>(
            () => Composition.CreateBuilder([new(key, value)]).BuildChecked());
        Assert.True(exception is UsageException or OptionsValidationException, exception.ToString());
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildChecked_ChallengesThatAFacadeWouldGoRound_AreRefused()
    {
        var exception = Assert.Throws<OptionsValidationException>(() => Composition.CreateBuilder(
            [new("Speaker:Http:RequireChallenge", "true"), new("Speaker:Http:AzureFacade", "true")]).BuildChecked());
        Assert.Contains("false where a façade is on", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BuildChecked_EmptyThreshold_IsNone()
    {
        using var host = Composition.CreateBuilder([new("Speaker:Verification:Threshold", "")]).BuildChecked();
        Assert.Null(host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Verification.Threshold);
    }

    /// <summary>Each source is blamed for its own value, and only where it is the one that counts.</summary>
    [Fact]
    public void BuildChecked_BadValueOfEachSource_IsBlamedOnThatSource()
    {
        const string Variable = "Speaker__Enrolment__GoodSpeechSeconds";
        Environment.SetEnvironmentVariable(Variable, "ten");
        try
        {
            var exception = Assert.Throws<OptionsValidationException>(() => Composition.CreateBuilder(
                [
                    new("Speaker:Identification:Top", "0", "--top"),
                    new("Speaker:Verification:Threshold", "0,1", "--threshold"),
                ]).BuildChecked());
            Assert.Equal(
                [
                    "--threshold = '0,1', must be a number from 0 to 2",
                    "setting Speaker:Enrolment:GoodSpeechSeconds = 'ten', must be a number from 1 to 3,600: correct " +
                    $"the environment variable {Variable}",
                ],
                exception.Failures);
            Environment.SetEnvironmentVariable(Variable, "0.5");
            exception = Assert.Throws<OptionsValidationException>(() => Composition.CreateBuilder(
                [new("Speaker:Identification:Top", "0", "--top")]).BuildChecked());
            Assert.Equal(
                [
                    "setting Speaker:Enrolment:GoodSpeechSeconds = 0.5, must be from 1 to 3,600: correct the " +
                    $"environment variable {Variable}",
                    "--top = 0, must be from 1 to 1,000",
                ],
                exception.Failures);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public void AdviceOf_ValueOfTheSettingsFile_NamesTheFile() => Assert.EndsWith(
        "appsettings.json",
        new SettingSources(Composition.CreateBuilder([]).Configuration).AdviceOf("Speaker:Identification:Top"),
        StringComparison.Ordinal);

    [Fact]
    public void CreateBuilder_NothingGiven_TheSettingsFileHoldsTheDefaultsOfTheClasses()
    {
        var section = Composition.CreateBuilder([]).Configuration;
        var store = new StoreOptions();
        var utterance = new UtteranceOptions();
        var inference = new InferenceOptions();
        var quality = new QualityOptions();
        var enrolment = new EnrolmentOptions();
        var identification = new IdentificationOptions();
        var inbox = new InboxOptions();
        var http = new HttpOptions();
        var jobs = new JobsOptions();
        var webhook = new WebhookOptions();
        var live = new LiveOptions();
        var telephone = new TelephoneOptions();
        foreach (var (key, value) in new Dictionary<string, object>
        {
            ["Store:BusyTimeoutSeconds"] = store.BusyTimeoutSeconds,
            ["Utterance:MinimumSpeechSeconds"] = utterance.MinimumSpeechSeconds,
            ["Utterance:MaximumClippedFraction"] = utterance.MaximumClippedFraction,
            ["Utterance:MinimumSignalToNoise"] = utterance.MinimumSignalToNoise,
            ["Utterance:MaximumSeconds"] = utterance.MaximumSeconds,
            ["Inference:Threads"] = inference.Threads,
            ["Inference:Concurrency"] = inference.Concurrency,
            ["Quality:WarnBelowSpeechSeconds"] = quality.WarnBelowSpeechSeconds,
            ["Quality:WarnBelowSignalToNoise"] = quality.WarnBelowSignalToNoise,
            ["Quality:WarnAboveClippedFraction"] = quality.WarnAboveClippedFraction,
            ["Quality:WarnBelowBandwidth"] = quality.WarnBelowBandwidth,
            ["Quality:WarnBelowSpeechLevel"] = quality.WarnBelowSpeechLevel,
            ["Quality:WarnAboveVoiceDistance"] = quality.WarnAboveVoiceDistance,
            ["Verification:TargetFar"] = new VerificationOptions().TargetFar,
            ["Enrolment:GoodSpeechSeconds"] = enrolment.GoodSpeechSeconds,
            ["Enrolment:GoodRecordings"] = enrolment.GoodRecordings,
            ["Enrolment:AllowDuplicates"] = enrolment.AllowDuplicates,
            ["Enrolment:RequireConsent"] = enrolment.RequireConsent,
            ["Protection:KeyVariable"] = new ProtectionOptions().KeyVariable!,
            ["Protection:Required"] = new ProtectionOptions().Required,
            ["Audit:Decisions"] = new AuditOptions().Decisions,
            ["Retention:CheckHours"] = new RetentionOptions().CheckHours,
            ["Identification:TargetFar"] = identification.TargetFar,
            ["Identification:MinimumMargin"] = identification.MinimumMargin,
            ["Identification:Top"] = identification.Top,
            ["Identification:BytesFrom"] = identification.BytesFrom,
            ["Inbox:Directory"] = inbox.Directory,
            ["Inbox:ProcessedDirectory"] = inbox.ProcessedDirectory,
            ["Inbox:RefusedDirectory"] = inbox.RefusedDirectory,
            ["Inbox:StableSeconds"] = inbox.StableSeconds,
            ["Inbox:RescanSeconds"] = inbox.RescanSeconds,
            ["Http:Enabled"] = http.Enabled,
            ["Http:Urls"] = http.Urls,
            ["Http:Verify"] = http.Verify,
            ["Http:Identify"] = http.Identify,
            ["Http:Export"] = http.Export,
            ["Http:MaximumMegabytes"] = http.MaximumMegabytes,
            ["Http:MaximumSeconds"] = http.MaximumSeconds,
            ["Http:MaximumRecordings"] = http.MaximumRecordings,
            ["Http:Concurrency"] = http.Concurrency,
            ["Http:RequestsPerMinute"] = http.RequestsPerMinute,
            ["Http:AttemptsPerMinute"] = http.AttemptsPerMinute,
            ["Http:RejectionsBeforeLockOut"] = http.RejectionsBeforeLockOut,
            ["Http:LockOutSeconds"] = http.LockOutSeconds,
            ["Http:Webhook:TimeoutSeconds"] = webhook.TimeoutSeconds,
            ["Http:Webhook:Attempts"] = webhook.Attempts,
            ["Jobs:MaximumJobs"] = jobs.MaximumJobs,
            ["Jobs:MaximumMegabytes"] = jobs.MaximumMegabytes,
            ["Jobs:Attempts"] = jobs.Attempts,
            ["Jobs:RetrySeconds"] = jobs.RetrySeconds,
            ["Jobs:LeaseSeconds"] = jobs.LeaseSeconds,
            ["Jobs:PollSeconds"] = jobs.PollSeconds,
            ["Jobs:KeepDoneHours"] = jobs.KeepDoneHours,
            ["Jobs:KeepFailedHours"] = jobs.KeepFailedHours,
            ["Jobs:Migrate"] = jobs.Migrate,
            ["Live:Device"] = live.Device,
            ["Live:Seconds"] = live.Seconds,
            ["Live:Early"] = live.Early,
            ["Telephone:MediaStreams"] = telephone.MediaStreams,
            ["Telephone:Calls"] = telephone.Calls,
            ["Telephone:MaximumSeconds"] = telephone.MaximumSeconds,
            ["Telephone:StartSeconds"] = telephone.StartSeconds,
            ["Telephone:IdleSeconds"] = telephone.IdleSeconds,
            ["Telephone:JitterSeconds"] = telephone.JitterSeconds,
            ["Telephone:LookSeconds"] = telephone.LookSeconds,
            ["Telephone:AnnouncedSeconds"] = telephone.AnnouncedSeconds,
            ["Telephone:KeepSeconds"] = telephone.KeepSeconds,
            ["Telephone:Remembered"] = telephone.Remembered,
        })
        {
            Assert.Equal(FormattableString.Invariant($"{value}"), section["Speaker:" + key]);
        }

        Assert.Null(enrolment.CoherenceTargetFar);
        Assert.Null(section["Speaker:Enrolment:CoherenceTargetFar"]);
        Assert.Null(identification.GalleryFar);
        Assert.Null(section["Speaker:Identification:GalleryFar"]);
    }
}
