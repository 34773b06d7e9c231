using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;
using Speaker.CommandLine.Options;
using Speaker.Settings;
using GenericHost = Microsoft.Extensions.Hosting.Host;

namespace Speaker.CommandLine;

/// <summary>
/// Puts the application together on the Generic Host: settings from appsettings.json, then the environment
/// (<c>Speaker__Verification__TargetFar</c>, SPEAKER_MODEL, SPEAKER_STORE), then the command line; each later one wins.
/// </summary>
internal static class Composition
{
    /// <param name="given">Settings of the command line.</param>
    /// <exception cref="UsageException">appsettings.json is not valid JSON, or there is a section of settings that is
    /// none.</exception>
    public static HostApplicationBuilder CreateBuilder(IEnumerable<GivenSetting> given)
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
        GivenSetting[] named = [Variable("SPEAKER_STORE", SettingKeys.Store), Variable("SPEAKER_MODEL", SettingKeys.Model)];
        foreach (var setting in named.Concat(given).Where(setting => setting.Value is not null))
        {
            builder.Configuration.Sources.Add(setting);
        }

        var sources = new SettingSources(builder.Configuration);
        SettingKeys.CheckSections(builder.Configuration, sources);
        CheckLogging(builder.Configuration, sources);
        AddSpeaker(builder.Services, builder.Configuration, sources);
        return builder;
    }

    /// <summary>Builds the host and checks every option at once, so that a bad setting ends the verb before it does
    /// anything.</summary>
    /// <exception cref="OptionsValidationException">A setting is unknown, of another type than it has to be, or out of its
    /// bounds; the message names all of them with where they are from.</exception>
    public static IHost BuildChecked(this HostApplicationBuilder builder)
    {
        var host = builder.Build();
        try
        {
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            return host;
        }
        catch (Exception exception)
        {
            host.Dispose();
            throw Explained(
                exception is AggregateException several ? [.. several.InnerExceptions] : [exception],
                new SettingSources(builder.Configuration));
        }
    }

    /// <summary>Every setting that is out of its bounds in one exception; otherwise the first that went wrong.</summary>
    private static Exception Explained(Exception[] exceptions, SettingSources sources)
    {
        var failed = exceptions.OfType<OptionsValidationException>().ToArray();
        return failed.Length > 0
            ? new OptionsValidationException(
                failed[0].OptionsName, failed[0].OptionsType,
                failed.SelectMany(each => each.Failures.Select(
                    failure => SettingKeys.Explain(each.OptionsType, failure, sources))))
            : exceptions[0];
    }

    /// <summary>An empty variable is as good as none, as shells have it.</summary>
    private static GivenSetting Variable(string name, string key) =>
        new(key, Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
            $"environment variable {name}");

    /// <summary>The levels that <c>serve</c> logs by; the logging library would end it without their source.</summary>
    /// <exception cref="UsageException">One is no level.</exception>
    private static void CheckLogging(ConfigurationManager configuration, SettingSources sources)
    {
        var levels = Enum.GetNames<LogLevel>();
        var wrong = configuration.GetSection("Logging:LogLevel").GetChildren().FirstOrDefault(
            level => !levels.Contains(level.Value, StringComparer.OrdinalIgnoreCase));
        if (wrong is not null)
        {
            throw new UsageException(
                Bounds.Sentence(sources.NameOf(wrong.Path), $"'{wrong.Value}'", Bounds.OneOf(levels))
                + sources.AdviceOf(wrong.Path));
        }
    }

    private static void AddSpeaker(
        IServiceCollection services, ConfigurationManager configuration, SettingSources sources)
    {
        services.AddSpeaker(configuration.GetSection(SettingKeys.Section), sources).PostConfigure<SpeakerOptions>(
            options => options.Model.Path = ApplicationFiles.Model(options.Model.Path));
        services.AddSpeakerPostgres();
        AddOptions<InboxOptions>(services, configuration.GetSection(SettingKeys.Inbox), sources);
        AddOptions<HttpOptions>(
            services, configuration.GetSection(SettingKeys.Http), sources, nameof(SettingKeys.Webhook));
        AddOptions<WebhookOptions>(services, configuration.GetSection(SettingKeys.Webhook), sources);
        AddOptions<JobsOptions>(services, configuration.GetSection(SettingKeys.Jobs), sources);
        AddOptions<LiveOptions>(services, configuration.GetSection(SettingKeys.Live), sources);
        AddOptions<RetentionOptions>(services, configuration.GetSection(SettingKeys.Retention), sources);
        AddOptions<TelephoneOptions>(services, configuration.GetSection(SettingKeys.Telephone), sources);
        AddOptions<HouseOptions>(
            services, configuration.GetSection(SettingKeys.House), sources, nameof(SettingKeys.Mqtt));
        AddOptions<MqttOptions>(services, configuration.GetSection(SettingKeys.Mqtt), sources);
        services
            .AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>()
            .AddSingleton<IValidateOptions<TelephoneOptions>, TelephoneOptionsValidator>()
            .AddSingleton<IValidateOptions<InboxOptions>, InboxOptionsValidator>()
            .AddSingleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>()
            .AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>()
            .AddSingleton<IValidateOptions<JobsOptions>, JobsOptionsValidator>()
            .AddSingleton<IValidateOptions<LiveOptions>, LiveOptionsValidator>()
            .AddSingleton<IValidateOptions<HouseOptions>, HouseOptionsValidator>()
            .AddSingleton<IValidateOptions<MqttOptions>, MqttOptionsValidator>()
            .AddSingleton(JobQueues.Create);
    }

    private static void AddOptions<[DynamicallyAccessedMembers(
        DynamicallyAccessedMemberTypes.PublicProperties
        | DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
        IServiceCollection services, IConfigurationSection section, SettingSources sources, string? group = null)
        where T : class => services.AddOptions<T>().Configure(options =>
        {
            var reader = new SettingReader(sources);
            reader.Read(section, options, group: group);
            reader.ThrowIfFailed(typeof(T));
        }).ValidateOnStart();
}
