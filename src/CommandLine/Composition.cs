using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.CommandLine.Options;
using GenericHost = Microsoft.Extensions.Hosting.Host;

namespace Speaker.CommandLine;

/// <summary>
/// Puts the application together on the Generic Host: settings from appsettings.json, then the environment
/// (<c>Speaker__Verification__TargetFar</c>, SPEAKER_MODEL, SPEAKER_STORE), then the command line; each later one wins.
/// </summary>
internal static class Composition
{
    /// <param name="given">Settings of the command line by their full key; null values are "not given".</param>
    /// <exception cref="UsageException">appsettings.json is not valid JSON, or there is a section of settings that is
    /// none.</exception>
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
                [SettingKeys.Store] = Environment.GetEnvironmentVariable("SPEAKER_STORE"),
                [SettingKeys.Model] = Environment.GetEnvironmentVariable("SPEAKER_MODEL"),
            }.Concat(given).Where(setting => !string.IsNullOrEmpty(setting.Value))
             .GroupBy(setting => setting.Key)
             .Select(settings => settings.Last()));
        SettingKeys.CheckSections(builder.Configuration);
        AddSpeaker(builder.Services, builder.Configuration);
        return builder;
    }

    /// <summary>Builds the host and checks every option at once, so that a bad setting ends the verb before it does
    /// anything.</summary>
    /// <exception cref="OptionsValidationException">A setting is out of its bounds; the message names all of
    /// them.</exception>
    /// <exception cref="UsageException">A setting is none, or of another type than it has to be.</exception>
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
            throw Explained(exception is AggregateException several ? [.. several.InnerExceptions] : [exception]);
        }
    }

    /// <summary>Every setting that is out of its bounds in one exception; otherwise the first that went wrong.</summary>
    private static Exception Explained(Exception[] exceptions)
    {
        var failed = exceptions.OfType<OptionsValidationException>().ToArray();
        if (failed.Length > 0)
        {
            return new OptionsValidationException(
                failed[0].OptionsName, failed[0].OptionsType,
                failed.SelectMany(each => each.Failures.Select(
                    failure => SettingKeys.Explain(each.OptionsType, failure))));
        }

        return exceptions[0] is InvalidOperationException unbound
            ? new UsageException(SettingKeys.ExplainUnbound(unbound), unbound)
            : exceptions[0];
    }

    private static void AddSpeaker(IServiceCollection services, ConfigurationManager configuration)
    {
        var section = configuration.GetSection(SettingKeys.Section);
        services.AddSpeaker(section).PostConfigure<SpeakerOptions>(
            options => options.Model.Path ??= ApplicationFiles.Models);
        services.AddOptions<InboxOptions>()
            .Configure(options => configuration.GetSection(SettingKeys.Inbox).Bind(options, Strict)).ValidateOnStart();
        services.AddOptions<LiveOptions>()
            .Configure(options => configuration.GetSection(SettingKeys.Live).Bind(options, Strict)).ValidateOnStart();
        services
            .AddSingleton<IValidateOptions<InboxOptions>, InboxOptionsValidator>()
            .AddSingleton<IValidateOptions<LiveOptions>, LiveOptionsValidator>();
    }

    private static void Strict(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;
}
