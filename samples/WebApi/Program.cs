using Speaker;
using Speaker.Audio;

var builder = WebApplication.CreateBuilder(args);
// Settings such as Speaker:Store:Path come from appsettings.json and the environment.
builder.Services.AddSpeaker(builder.Configuration.GetSection("Speaker"));
var app = builder.Build();

// The recording is the body of the request: curl --data-binary @monday.wav http://localhost:5000/speakers/anna
app.MapPost("/speakers/{name}", (string name, HttpRequest request, ISpeakerRecognizer recognizer) => Answer(async () =>
{
    var stop = request.HttpContext.RequestAborted;
    var result = await recognizer.EnrollAsync(name, request.Body, cancellationToken: stop);
    var recording = result.Recordings[0];
    return new { recording.Accepted, Reason = $"{recording.Reason}", recording.Message, result.Progress };
}));

app.MapPost("/verify/{name}", (string name, HttpRequest request, ISpeakerRecognizer recognizer) => Answer(async () =>
{
    var answer = await recognizer.VerifyAsync(name, request.Body, request.HttpContext.RequestAborted);
    return new { Outcome = $"{answer.Outcome}", Reason = $"{answer.Reason}", answer.Message, answer.Distance };
}));

app.Run();

// What cannot be read as sound, and a name that can be none, are the caller's mistakes.
static async Task<IResult> Answer<T>(Func<Task<T>> answer)
{
    try
    {
        return Results.Ok(await answer());
    }
    catch (Exception exception) when (exception is AudioException or ArgumentException)
    {
        return Results.BadRequest(new { exception.Message });
    }
}
