using System.Reflection;
using Speaker.Audio;

namespace Speaker.Host.Tests.House;

/// <summary>A recogniser that answers as a test has it. Public, because the proxy is made in another
/// assembly.</summary>
public class RecognizerStub : DispatchProxy
{
    private Func<string?, CancellationToken, Task<Decision>> _decide = (_, _) => throw new NotSupportedException();

    /// <param name="decide">From the claimed speaker, null in an identification, to the decision.</param>
    public static ISpeakerRecognizer Of(Func<string?, CancellationToken, Task<Decision>> decide)
    {
        var recognizer = Create<ISpeakerRecognizer, RecognizerStub>();
        ((RecognizerStub)(object)recognizer)._decide = decide;
        return recognizer;
    }

    /// <summary>One that always answers the same.</summary>
    public static ISpeakerRecognizer Of(Outcome outcome, string? speaker, Reason reason) => Of(
        (_, _) => Task.FromResult(DecisionOf(outcome, speaker, reason)));

    public static Decision DecisionOf(Outcome outcome, string? speaker, Reason reason) => new()
    {
        Outcome = outcome, Reason = reason, Speaker = speaker, Message = "", Threshold = 0.5, ModelHash = "",
        Distance = outcome == Outcome.Inconclusive ? null : 0.25, LogLikelihoodRatio = 2.5,
    };

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(ISpeakerRecognizer.VerifyAsync) => _decide((string)args![0]!, (CancellationToken)args[2]!),
        nameof(ISpeakerRecognizer.IdentifyAsync) => _decide(null, (CancellationToken)args![1]!),
        _ => throw new NotSupportedException(targetMethod.Name),
    };
}
