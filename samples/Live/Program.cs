// Live NAME SECONDS [DEVICE]: is the voice at the microphone NAME's? Enrol with the program `speaker` or with the API.
using Speaker;
using Speaker.Audio;

var (name, seconds) = (args[0], double.Parse(args[1]));
var microphone = new Microphone(new MicrophoneOptions { Device = args.Length > 2 ? args[2] : "default" });
var session = await SpeakerRecognizer.Open().StartLiveAsync(name);

var nextAnswer = 1.0;
await foreach (float[] block in microphone.CaptureAsync())
{
    session.Append(block);
    if (session.Seconds >= Math.Min(nextAnswer, seconds))
    {
        Decision soFar = await session.DecideAsync();
        Console.WriteLine($"{session.Seconds:0.0} s: {soFar.Outcome} ({soFar.Reason}): {soFar.Message}");
        nextAnswer++;
    }

    if (session.Seconds >= seconds)
    {
        break;
    }
}
