using System.Globalization;
using System.Text.Json;
using Speaker.Enrolment;
using Speaker.Host.Inbox;
using Speaker.Host.Jobs;
using Speaker.Jobs;

namespace Speaker.Host.Buckets;

/// <summary>
/// A folder of files BUCKET/speaker/recording that many hosts share. Each host may have it at another place: its own
/// name tells buckets apart. Nothing in it is moved or changed.
/// </summary>
/// <param name="Root">Its whole path here.</param>
internal sealed record Bucket(string Root)
{
    /// <summary>Of the jobs that its files become.</summary>
    public string Lane { get; } = "bucket:" + Path.GetFileName(Path.TrimEndingDirectorySeparator(Root));

    /// <summary>What a file becomes, once: another size or time of change is another file.</summary>
    /// <param name="file">Of the bucket.</param>
    /// <param name="attempts">How often it is tried.</param>
    public NewJob ToJob(InboxFile file, int attempts)
    {
        var request = new EnrolmentJob(
            SpeakerName.Normalise(file.Speaker!), null, null, AllowDuplicate: false, null, [file.Name])
        {
            Path = file.RelativePath,
        };
        return new NewJob(
            EnrolmentJob.FileKind, Lane, JsonSerializer.Serialize(request, JobsJson.Default.EnrolmentJob))
        {
            Key = string.Create(
                CultureInfo.InvariantCulture,
                $"{Lane}:{file.RelativePath}:{file.Stamp.Length}:{file.Stamp.Written.Ticks}"),
            Subject = request.Speaker,
            Attempts = attempts,
            Stays = true,
        };
    }
}
