using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Speaker;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Inference;
using Speaker.Settings;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Speaker recognition in a container.</summary>
public static class SpeakerServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ISpeakerRecognizer"/>, one for the application, with the SQLite store, unless an
    /// <see cref="IVoiceprintStore"/> is registered. The model is loaded when the recogniser is first asked for; options
    /// out of their bounds end the start of a host.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configure">Changes the options; null leaves the defaults.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddSpeaker(
        this IServiceCollection services, Action<SpeakerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<SpeakerOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SpeakerOptions>, SpeakerOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IEditableStore>(provider => new SqliteVoiceprintStore(
            OptionsOf(provider).Store, provider.GetRequiredService<TimeProvider>(), OptionsOf(provider).Protection));
        services.TryAddSingleton<IVoiceprintStore>(provider => provider.GetRequiredService<IEditableStore>());
        services.TryAddSingleton(provider => VoiceEncoder.Load(OptionsOf(provider).Model.Path));
        services.TryAddSingleton(provider => new SpeakerRecognizer(
            provider.GetRequiredService<VoiceEncoder>(), provider.GetRequiredService<IVoiceprintStore>(),
            OptionsOf(provider), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ISpeakerRecognizer>(provider => provider.GetRequiredService<SpeakerRecognizer>());
        return services;
    }

    /// <summary>As the other, with the options from a section of the configuration: its parts are named as those of
    /// <see cref="SpeakerOptions"/>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="section">"Speaker" of appsettings.json, for example. A key that is none in one of the parts, or a value
    /// that is not a number where one has to be, ends the start; other parts may lie beside them.</param>
    /// <returns>The container.</returns>
    public static IServiceCollection AddSpeaker(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return services.AddSpeaker(section, new SettingPath());
    }

    /// <summary>As the other, with names for the settings in messages.</summary>
    internal static IServiceCollection AddSpeaker(
        this IServiceCollection services, IConfiguration section, ISettingSource source) =>
        services.AddSpeaker(options =>
        {
            var reader = new SettingReader(source);
            reader.Read(
                section.GetSection(nameof(options.Model)), options.Model, shorthand: nameof(options.Model.Path));
            reader.Read(section.GetSection(nameof(options.Store)), options.Store);
            reader.Read(section.GetSection(nameof(options.Protection)), options.Protection);
            reader.Read(section.GetSection(nameof(options.Audit)), options.Audit);
            reader.Read(section.GetSection(nameof(options.Audio)), options.Audio);
            reader.Read(section.GetSection(nameof(options.Utterance)), options.Utterance);
            reader.Read(section.GetSection(nameof(options.Quality)), options.Quality);
            reader.Read(section.GetSection(nameof(options.Verification)), options.Verification);
            reader.Read(section.GetSection(nameof(options.Enrolment)), options.Enrolment);
            reader.Read(section.GetSection(nameof(options.Identification)), options.Identification);
            reader.Read(section.GetSection(nameof(options.Replay)), options.Replay);
            reader.Read(section.GetSection(nameof(options.Inference)), options.Inference);
            reader.ThrowIfFailed(typeof(SpeakerOptions));
        });

    private static SpeakerOptions OptionsOf(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<SpeakerOptions>>().Value;
}
