using Microsoft.Extensions.Logging;

namespace Speaker.Host.Buckets;

/// <summary>Events of buckets; their numbers are stable and follow those of webhooks.</summary>
internal static partial class BucketLog
{
    [LoggerMessage(221, LogLevel.Warning, "the bucket {Bucket} is looked through again later: {Reason}")]
    public static partial void BucketWaits(this ILogger logger, string bucket, string reason);
}
