using System.Text.Json;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Inbox;

/// <summary>Does the jobs of <see cref="InboxQueue"/>. What keeps a file from being judged is a result too: the inbox
/// tries again in its own time.</summary>
internal sealed class InboxHandler(
    ISpeakerRecognizer recognizer, IOptions<SpeakerOptions> speaker, IOptions<InboxOptions> inbox) : IJobHandler
{
    private readonly RecordingJudge _judge = new(recognizer, speaker, inbox.Value.Consent);
    private readonly string _root = Path.GetFullPath(inbox.Value.Directory);

    public string Kind => InboxJob.Kind;

    public string Lane => InboxJob.LaneOf(_root);

    public async Task<JobOutcome> RunAsync(
        ClaimedJob job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        var request = InboxJob.Of(job.Job);
        var result = await JudgeAsync(
            new InboxFile(_root, request.Speaker, request.Name, null, new FileStamp(request.Length, request.Written)),
            request.IsAbandoned, cancellationToken);
        return new JobOutcome.Done(JsonSerializer.Serialize(result, InboxJson.Default.InboxResult));
    }

    private async Task<InboxResult> JudgeAsync(
        InboxFile file, bool isAbandoned, CancellationToken cancellationToken)
    {
        try
        {
            return InboxResult.Of(await _judge.JudgeAsync(file, isAbandoned, cancellationToken));
        }
        catch (StoreException exception)
        {
            return InboxResult.Of(exception);
        }
        catch (IOException exception)
        {
            return InboxResult.Of(exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            return InboxResult.Of(new IOException(exception.Message, exception));
        }
    }
}
