using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Speaker;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Postgres;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Voiceprints in PostgreSQL, in a container.</summary>
public static class SpeakerPostgresServiceCollectionExtensions
{
    /// <summary>
    /// Keeps voiceprints in PostgreSQL where <see cref="StoreOptions.Path"/> is an address,
    /// postgresql://USER@HOST:PORT/DATABASE, and in the SQLite file that it names otherwise. Call it beside
    /// <see cref="SpeakerServiceCollectionExtensions.AddSpeaker(IServiceCollection, Action{SpeakerOptions})"/>.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddSpeakerPostgres(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SpeakerOptions>, PostgresStoreValidator>());
        return services.AddSingleton(
            provider => OpenStore(provider, provider.GetRequiredService<IOptions<SpeakerOptions>>().Value.Store));
    }

    /// <summary>The store that options name, which need not be those of the container.</summary>
    /// <param name="provider">Has what a store needs besides.</param>
    /// <param name="options">Validated.</param>
    internal static IEditableStore OpenStore(IServiceProvider provider, StoreOptions options)
    {
        var time = provider.GetService<TimeProvider>() ?? TimeProvider.System;
        var protection = provider.GetRequiredService<IOptions<SpeakerOptions>>().Value.Protection;
        return StoreAddress.IsPostgres(options.Path)
            ? new PostgresVoiceprintStore(options, time, protection)
            : new SqliteVoiceprintStore(options, time, protection);
    }

    /// <summary>The texts beside that store.</summary>
    /// <param name="options">Validated.</param>
    internal static IDocumentStore OpenDocuments(StoreOptions options) => StoreAddress.IsPostgres(options.Path)
        ? new PostgresDocumentStore(options)
        : new SqliteDocumentStore(options);
}
