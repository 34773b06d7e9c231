using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;

namespace Speaker.Host.Cli;

/// <summary>--device and --seconds, for the verbs that listen to the microphone.</summary>
internal sealed class CaptureOptions
{
    private CaptureOptions()
    {
    }

    private Option<string?> Device { get; } = new("--device")
    {
        Description = "Device to capture from: on Linux one that 'arecord -L' lists, on Windows an input of the " +
            "sound settings. Default: the device 'default'.",
        HelpName = "PCM",
    };

    private Option<double?> Seconds { get; } = NumberOption.Real(
        "--seconds", "S", "Seconds to listen, 1 to 3,600. Default: 10.");

    /// <summary>Adds both to a verb.</summary>
    public static CaptureOptions AddTo(Command command)
    {
        var options = new CaptureOptions();
        command.Add(options.Device);
        command.Add(options.Seconds);
        return options;
    }

    /// <summary>The microphone that the settings name, and how long to listen.</summary>
    public static (Microphone Microphone, double Seconds) Open(IHost host)
    {
        var options = host.Services.GetRequiredService<IOptions<LiveOptions>>().Value;
        return (
            new Microphone(
                new MicrophoneOptions { Device = options.Device }, host.Services.GetRequiredService<TimeProvider>()),
            options.Seconds);
    }

    /// <summary>Whether one of them is given.</summary>
    public bool AreGiven(ParseResult parsed) =>
        parsed.GetValue(Device) is not null || parsed.GetValue(Seconds) is not null;

    /// <summary>The settings that they override, for <see cref="VerbServices"/>.</summary>
    public GivenSetting[] Settings(ParseResult parsed) =>
    [
        new($"{SettingKeys.Live}:{nameof(LiveOptions.Device)}", parsed.GetValue(Device), Device.Name),
        new($"{SettingKeys.Live}:{nameof(LiveOptions.Seconds)}", VerbServices.Text(parsed.GetValue(Seconds)),
            Seconds.Name),
    ];
}
