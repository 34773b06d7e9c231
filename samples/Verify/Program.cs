// Verify ENROLMENT… QUESTIONED: is the voice in the last recording the one in the others?
using Speaker;
using Speaker.Audio;

var recognizer = SpeakerRecognizer.Open(new SpeakerOptions { Store = { Path = "voiceprints.db" } });
await recognizer.EnrollAsync("anna", [.. args[..^1].Select(AudioInput.FromFile)]);

Decision decision = await recognizer.VerifyAsync("anna", args[^1]);
Console.WriteLine($"{decision.Outcome} ({decision.Reason}): {decision.Message}");
return decision.Accepted ? 0 : 1;
