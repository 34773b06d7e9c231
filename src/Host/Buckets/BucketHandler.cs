using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine.Options;
using Speaker.Enrolment.Audit;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Buckets;

/// <summary>Enrols files of a bucket, on every host that has the folder.</summary>
internal sealed class BucketHandler(Bucket bucket, ISpeakerRecognizer recognizer) : IJobHandler
{
    public string Kind => EnrolmentJob.FileKind;

    public string Lane => bucket.Lane;

    public async Task<JobOutcome> RunAsync(
        ClaimedJob job, IProgress<JobProgress> progress, CancellationToken cancellationToken)
    {
        AuditActor.Current = "bucket";
        var request = EnrolmentJob.Of(job.Job);
        return Directory.Exists(bucket.Root)
            ? await EnrolmentHandler.EnrolAsync(
                recognizer, request, [AudioInput.FromFileBelow(bucket.Root, request.Path!)], cancellationToken)
            : new JobOutcome.Later($"the bucket {bucket.Root} is not there: mount it");
    }
}
