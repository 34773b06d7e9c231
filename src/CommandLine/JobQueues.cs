using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Jobs;
using Speaker.Jobs.Sqlite;
using Speaker.Postgres.Jobs;

namespace Speaker.CommandLine;

/// <summary>The queue of a store.</summary>
internal static class JobQueues
{
    /// <summary>A file beside an SQLite store, or tables in the store's database.</summary>
    public static IJobQueue Create(IServiceProvider services)
    {
        var store = services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Store;
        var limits = services.GetRequiredService<IOptions<JobsOptions>>().Value.Limits(store.BusyTimeoutSeconds);
        return services.GetRequiredService<IEditableStore>() is SqliteVoiceprintStore file
            ? new SqliteJobQueue(file.Path + SqliteJobQueue.Ending, limits)
            : new PostgresJobQueue(store, limits);
    }
}
