using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Live;

namespace Speaker.Host.Cli;

/// <summary>Where the verbs listen that hear a voice as it speaks, and for how long.</summary>
internal sealed class CaptureOptions
{
    /// <summary>What stands for the standard input.</summary>
    private const string StandardInput = "-";

    private CaptureOptions(string seconds) => Seconds = NumberOption.Real("--seconds", "S", seconds);

    private Option<string?> Device { get; } = new("--device")
    {
        Description = "Device to capture from, as 'speaker devices' lists them. Default: the device 'default'.",
        HelpName = "PCM",
    };

    private Option<double?> Seconds { get; }

    private Option<string?> Input { get; } = new("--input")
    {
        Description = "Listen to a recording in the place of the microphone, or with '-' to raw samples on stdin: 16-bit, " +
            "little-endian, one channel. Default: the microphone.",
        HelpName = "FILE",
    };

    private Option<int?> Rate { get; } = NumberOption.Whole(
        "--rate", "HZ", string.Create(
            CultureInfo.InvariantCulture,
            $"Samples a second of --input -, {AudioFile.LowestRate:#,0} to {AudioFile.HighestRate:#,0}. Default: " +
            $"{AudioFile.SampleRate}."),
        AudioFile.LowestRate, AudioFile.HighestRate);

    private Option<bool> RealTime { get; } = FlagOption.Create(
        "--realtime", "Listen to --input no faster than it was spoken.");

    /// <summary>Adds them to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="seconds">What --seconds does there.</param>
    public static CaptureOptions AddTo(Command command, string seconds)
    {
        var options = new CaptureOptions(seconds);
        command.Add(options.Device);
        command.Add(options.Seconds);
        command.Add(options.Input);
        command.Add(options.Rate);
        command.Add(options.RealTime);
        command.Validators.Add(result =>
        {
            var input = result.GetValue(options.Input);
            if (input is null && result.GetValue(options.RealTime))
            {
                result.AddError("--realtime belongs to --input: a microphone is never faster.");
            }

            if (input != StandardInput && result.GetResult(options.Rate) is not null)
            {
                result.AddError("--rate belongs to --input -: a file says its own rate.");
            }

            if (input is not null && result.GetResult(options.Device) is not null)
            {
                result.AddError("Give --device or --input, not both.");
            }
        });
        return options;
    }

    /// <summary>What is listened to, and for how many seconds at most.</summary>
    public (ISoundSource Source, double Seconds) Open(ParseResult parsed, IHost host)
    {
        var live = host.Services.GetRequiredService<IOptions<LiveOptions>>().Value;
        var time = host.Services.GetRequiredService<TimeProvider>();
        if (parsed.GetValue(Input) is not { } input)
        {
            return (CaptureDevices.Open(live.Device, time), live.Seconds);
        }

        var isLive = parsed.GetValue(RealTime);
        return (
            input == StandardInput
                ? new PipeSource(parsed.GetValue(Rate) ?? AudioFile.SampleRate, isLive, time)
                : new RecordingSource(
                    input, host.Services.GetRequiredService<IOptions<SpeakerOptions>>().Value.Audio, isLive, time),
            parsed.GetValue(Seconds) is null ? double.PositiveInfinity : live.Seconds);
    }

    /// <summary>Whether the line names a device.</summary>
    public bool HasDevice(ParseResult parsed) => parsed.GetValue(Device) is not null;

    /// <summary>Whether the line says how long to listen.</summary>
    public bool HasSeconds(ParseResult parsed) => parsed.GetValue(Seconds) is not null;

    /// <summary>Whether it is not the microphone that is listened to.</summary>
    public bool HasInput(ParseResult parsed) => parsed.GetValue(Input) is not null;

    /// <summary>The settings that they override, for <see cref="VerbServices"/>.</summary>
    public GivenSetting[] Settings(ParseResult parsed) =>
    [
        new($"{SettingKeys.Live}:{nameof(LiveOptions.Device)}", parsed.GetValue(Device), Device.Name),
        new($"{SettingKeys.Live}:{nameof(LiveOptions.Seconds)}", VerbServices.Text(parsed.GetValue(Seconds)),
            Seconds.Name),
    ];
}
