using System.Globalization;
using Speaker.Audio;
using Speaker.CommandLine;
using Speaker.Host.Cli;
using Spectre.Console;

namespace Speaker.Host.Presentation;

/// <summary>How a recording's quality looks: on a screen and in JSON.</summary>
internal static class QualityPresenter
{
    /// <summary>"24 dB above the noise, speech at -26 dBFS, band to 8.0 kHz, 0.0% clipped".</summary>
    public static string Text(AudioQuality quality)
    {
        var noise = quality.SignalToNoise is { } ratio
            ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0} dB above the noise")
            : "too little sound without speech to measure the noise";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{noise}, speech at {quality.SpeechLevel:0} dBFS, band to {quality.Bandwidth / 1000:0.0} kHz, " +
            $"{quality.ClippedFraction:0.0#%} clipped");
    }

    /// <summary>Null for a recording that was refused.</summary>
    public static QualityJson? Json(
        AudioQuality? quality, double speechSeconds, IReadOnlyList<QualityWarning> warnings) => quality is null
        ? null
        : new QualityJson(
            Math.Round(speechSeconds, 3),
            quality.SignalToNoise is { } ratio ? Math.Round(ratio, 1) : null,
            Math.Round(quality.ClippedFraction, 6),
            quality.Bandwidth,
            Math.Round(quality.SpeechLevel, 1),
            [.. warnings.Select(warning => warning.Message)]);

    /// <summary>The quality of one recording of several, and a line for each warning; nothing for a refused one.</summary>
    public static void Write(EnrolledRecording recording, IAnsiConsole console)
    {
        if (recording.Quality is null)
        {
            return;
        }

        console.WriteLine($"{recording.Name}: {Text(recording.Quality)}");
        foreach (var warning in recording.Warnings)
        {
            console.MarkupLine($"  [yellow]warning[/] {Markup.Escape(warning.Message)}");
        }
    }
}
