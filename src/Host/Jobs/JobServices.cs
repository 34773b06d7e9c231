using Microsoft.Extensions.DependencyInjection;

namespace Speaker.Host.Jobs;

/// <summary>The jobs that every process with the queue can do, in a container.</summary>
internal static class JobServices
{
    /// <summary>Adds them, and who does them.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services) => services
        .AddSingleton<JobSignal>()
        .AddSingleton<IJobHandler, EnrolmentHandler>()
        .AddSingleton<MigrationHandler>()
        .AddSingleton<IJobHandler>(provider => provider.GetRequiredService<MigrationHandler>())
        .AddSingleton<JobWorker>();

    /// <summary>Recordings that are listened to at a time.</summary>
    public static int Concurrency(SpeakerOptions options) =>
        options.Inference.Concurrency > 0 ? options.Inference.Concurrency : Environment.ProcessorCount;
}
