// Live NAME SECONDS [DEVICE]: is the voice at the microphone NAME's? Enrol with the program `speaker` or with the API.
using Speaker;
using Speaker.Audio;

var (name, seconds) = (args[0], double.Parse(args[1]));
var microphone = new Microphone(new MicrophoneOptions { Device = args.Length > 2 ? args[2] : "default" });
var session = await SpeakerRecognizer.Open().StartLiveAsync(name);

Decision? decision = null;
var nextLook = 0.5;
await foreach (float[] block in microphone.CaptureAsync())
{
    session.Append(block);
    if (session.Seconds >= nextLook)
    {
        LiveState state = await session.LookAsync();
        Console.WriteLine($"{state.Seconds:0.0} s, {state.SpeechSeconds:0.0} s of speech: {state.SoFar.Message}");
        decision = state.Verdict is null ? null : state.SoFar;
        nextLook = session.Seconds + 0.5;
    }

    if (decision is not null || session.Seconds >= seconds)
    {
        break;
    }
}

decision ??= await session.DecideAsync();
Console.WriteLine($"{decision.Outcome} ({decision.Reason}): {decision.Message}");
