using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using Speaker.Options;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Inference;
using Speaker.Recognition;
using GenericHost = Microsoft.Extensions.Hosting.Host;

namespace Speaker.CommandLine;

/// <summary>
/// Puts the application together on the Generic Host: settings from appsettings.json, then the environment
/// (<c>Speaker__Verification__TargetFar</c>, SPEAKER_MODEL, SPEAKER_STORE), then the command line; each later one wins.
/// </summary>
internal static class Composition
{
    /// <param name="given">Settings of the command line by their full key; null values are "not given".</param>
    /// <exception cref="UsageException">appsettings.json is not valid JSON.</exception>
    public static HostApplicationBuilder CreateBuilder(IEnumerable<KeyValuePair<string, string?>> given)
    {
        // The empty builder: a verb that lives for half a second needs no logging, no file watchers and no metrics.
        var builder = GenericHost.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = ApplicationFiles.Root });
        try
        {
            builder.Configuration.AddJsonFile(ApplicationFiles.Settings, optional: true, reloadOnChange: false);
        }
        catch (InvalidDataException exception)
        {
            var cause = exception.InnerException?.Message ?? exception.Message;
            throw new UsageException($"{ApplicationFiles.Settings} cannot be read: {cause}", exception);
        }

        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                [StoreKey] = Environment.GetEnvironmentVariable("SPEAKER_STORE"),
                [ModelKey] = Environment.GetEnvironmentVariable("SPEAKER_MODEL"),
            }.Concat(given).Where(setting => !string.IsNullOrEmpty(setting.Value))
             .GroupBy(setting => setting.Key)
             .Select(settings => settings.Last()));
        AddSpeaker(builder.Services, builder.Configuration);
        return builder;
    }

    /// <summary>Builds the host and checks every option at once, so that a bad setting ends the verb before it does
    /// anything.</summary>
    /// <exception cref="OptionsValidationException">A setting is out of its bounds; the message names all of
    /// them.</exception>
    public static IHost BuildChecked(this HostApplicationBuilder builder)
    {
        var host = builder.Build();
        try
        {
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public const string ModelKey = $"{ModelOptions.Section}:{nameof(ModelOptions.Path)}";

    public const string StoreKey = $"{StoreOptions.Section}:{nameof(StoreOptions.Path)}";

    private static void AddSpeaker(IServiceCollection services, ConfigurationManager configuration)
    {
        services.AddOptions<ModelOptions>()
            .Bind(configuration.GetSection(ModelOptions.Section)).ValidateOnStart();
        services.AddOptions<StoreOptions>()
            .Bind(configuration.GetSection(StoreOptions.Section)).ValidateOnStart();
        services.AddOptions<UtteranceSettings>()
            .Bind(configuration.GetSection(UtteranceSettings.Section)).ValidateOnStart();
        services.AddOptions<QualityOptions>()
            .Bind(configuration.GetSection(QualityOptions.Section)).ValidateOnStart();
        services.AddOptions<VerificationOptions>()
            .Bind(configuration.GetSection(VerificationOptions.Section)).ValidateOnStart();
        services.AddOptions<EnrolmentOptions>()
            .Bind(configuration.GetSection(EnrolmentOptions.Section)).ValidateOnStart();
        services.AddOptions<IdentificationOptions>()
            .Bind(configuration.GetSection(IdentificationOptions.Section)).ValidateOnStart();
        services.AddOptions<InboxOptions>()
            .Bind(configuration.GetSection(InboxOptions.Section)).ValidateOnStart();
        services.AddOptions<LiveOptions>()
            .Bind(configuration.GetSection(LiveOptions.Section)).ValidateOnStart();
        services
            .AddSingleton<IValidateOptions<ModelOptions>, ModelOptionsValidator>()
            .AddSingleton<IValidateOptions<StoreOptions>, StoreOptionsValidator>()
            .AddSingleton<IValidateOptions<UtteranceSettings>, UtteranceSettingsValidator>()
            .AddSingleton<IValidateOptions<QualityOptions>, QualityOptionsValidator>()
            .AddSingleton<IValidateOptions<VerificationOptions>, VerificationOptionsValidator>()
            .AddSingleton<IValidateOptions<EnrolmentOptions>, EnrolmentOptionsValidator>()
            .AddSingleton<IValidateOptions<IdentificationOptions>, IdentificationOptionsValidator>()
            .AddSingleton<IValidateOptions<InboxOptions>, InboxOptionsValidator>()
            .AddSingleton<IValidateOptions<LiveOptions>, LiveOptionsValidator>();

        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<StoreLocation>()
            .AddSingleton(provider => VoiceEncoder.Load(
                provider.GetRequiredService<IOptions<ModelOptions>>().Value.Path ?? ApplicationFiles.Models))
            .AddSingleton<DecisionThresholds>()
            .AddSingleton<UtteranceEmbedder>()
            .AddSingleton<QualityReview>()
            .AddSingleton<Enroller>()
            .AddSingleton<Verifier>()
            .AddSingleton<Identifier>();
    }
}
