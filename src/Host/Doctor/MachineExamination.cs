using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Files.SoundFile;
using Speaker.Audio.Validation;
using Speaker.Calibration;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;
using Speaker.Enrolment.Sqlite;
using Speaker.Host.Demo;
using Speaker.Host.House.Voices;
using Speaker.Inference;
using Speaker.Models;

namespace Speaker.Host.Doctor;

/// <summary>
/// Is this machine right? Each check does the thing itself (a file through libsndfile, an
/// embedding), because a library that is there need not work.
/// </summary>
internal sealed class MachineExamination(IServiceProvider services)
{
    private StoreCondition? _store;

    private const long LowDiskBytes = 200L << 20;
    private const long NoDiskBytes = 10L << 20;

    public IEnumerable<MachineCheck> Run(CancellationToken cancellationToken)
    {
        Func<MachineCheck>[] checks =
        [
            Runtime, Processor, () => SoundFiles(cancellationToken), Capture, Model, Sqlite,
            () => Store(cancellationToken), Templates, .. House(cancellationToken), Disk, DemoRecordings, Training,
        ];
        foreach (var check in checks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return check();
        }
    }

    private static MachineCheck Runtime()
    {
        var native = JitInfo.GetCompiledMethodCount() == 0;
        return MachineCheck.Ok(
            "runtime", $"{RuntimeInformation.FrameworkDescription}, {(native ? "native code" : "code compiled as it runs")}, " +
            $"on {RuntimeInformation.OSDescription}, settings from {ApplicationFiles.Settings}");
    }

    private static MachineCheck Processor()
    {
        var sets = new List<string>();
        void Add(bool supported, string name)
        {
            if (supported)
            {
                sets.Add(name);
            }
        }

        Add(Avx2.IsSupported, "AVX2");
        Add(Fma.IsSupported, "FMA");
        Add(Avx512F.IsSupported, "AVX-512");
        Add(System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported, "NEON");
        var detail = $"{Plural.Of(Environment.ProcessorCount, "core")}, {RuntimeInformation.ProcessArchitecture}, " +
            (sets.Count > 0 ? string.Join(", ", sets) : "no vector instructions");
        return RuntimeInformation.ProcessArchitecture == Architecture.X64 && !Avx2.IsSupported
            ? new MachineCheck("processor", CheckStatus.Warn, detail,
                "everything works without AVX2, but several times slower; on a virtual machine pass the host's CPU " +
                "through")
            : MachineCheck.Ok("processor", detail);
    }

    private static MachineCheck SoundFiles(CancellationToken cancellationToken)
    {
        if (!SoundFileLibrary.IsInstalled)
        {
            return new MachineCheck("libsndfile", CheckStatus.Warn,
                "not installed: only WAV, AIFF and FLAC can be read", SoundFileLibrary.HowToInstall);
        }

        const int Samples = 1600;
        var path = Path.Combine(Path.GetTempPath(), $"speaker-doctor-{Guid.NewGuid():N}.ogg");
        try
        {
            WriteEncoded(path, Samples);
            var read = AudioFile.ReadSamples(path, cancellationToken).Length;
            return read == Samples
                ? MachineCheck.Ok("libsndfile", "loads and reads")
                : new MachineCheck("libsndfile", CheckStatus.Fail, $"read {Plural.Of(read, "sample")} of {Samples}",
                    "install libsndfile1 again");
        }
        catch (Exception exception) when (exception is AudioException or IOException
            or UnauthorizedAccessException or EntryPointNotFoundException or TypeInitializationException)
        {
            return new MachineCheck("libsndfile", CheckStatus.Fail, FirstLine(exception),
                SoundFileLibrary.HowToInstall);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static MachineCheck Capture()
    {
        if (!OperatingSystem.IsLinux())
        {
            return OperatingSystem.IsWindows()
                ? MachineCheck.Ok("microphone", "WASAPI")
                : new MachineCheck("microphone", CheckStatus.Warn, "no capture on this system",
                    "'speaker live' needs Linux or Windows");
        }

        if (!NativeLibrary.TryLoad("libasound.so.2", out var library))
        {
            return new MachineCheck("microphone", CheckStatus.Warn, "ALSA (libasound.so.2) is not installed",
                "for 'speaker live': apt-get install libasound2");
        }

        NativeLibrary.Free(library);
        const string Devices = "/proc/asound/pcm";
        var capturing = File.Exists(Devices)
            ? File.ReadLines(Devices).Where(line => line.Contains("capture", StringComparison.Ordinal)).ToArray()
            : [];
        return capturing.Length > 0
            ? MachineCheck.Ok("microphone",
                $"ALSA, {capturing.Length} capture devices: {string.Join("; ", capturing.Select(Shown))}")
            : new MachineCheck("microphone", CheckStatus.Warn, "ALSA, but no capture device",
                "for 'speaker live' connect a microphone, or name a PCM of your own with --device");

        static string Shown(string line) => line.Split(':')[1].Trim();
    }

    private MachineCheck Model()
    {
        try
        {
            var encoder = services.GetRequiredService<VoiceEncoder>();
            var thresholds = encoder.Card.Calibration.Count;
            var detail = $"{encoder.Card.Name}, hash {encoder.Hash}, {thresholds} calibrated thresholds";
            return thresholds > 0
                ? MachineCheck.Ok("model", detail)
                : new MachineCheck("model", CheckStatus.Warn, detail, "decisions need --threshold with this model");
        }
        catch (Exception exception) when (exception is ModelException or UsageException or TypeInitializationException
            or DllNotFoundException)
        {
            return new MachineCheck("model", CheckStatus.Fail, FirstLine(exception),
                "get the models/ folder again, or name another model with --model");
        }
    }

    private static MachineCheck Sqlite()
    {
        try
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            return MachineCheck.Ok("sqlite", $"SQLite {connection.ServerVersion} loads");
        }
        catch (Exception exception) when (exception is SqliteException or DllNotFoundException
            or TypeInitializationException)
        {
            return new MachineCheck("sqlite", CheckStatus.Fail, FirstLine(exception),
                $"put the library e_sqlite3 back beside the program, in {AppContext.BaseDirectory}");
        }
    }

    private MachineCheck Store(CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IEditableStore>();
        try
        {
            // The verb is one that never waits for anything else.
            var condition = _store = store.ExamineAsync(cancellationToken).GetAwaiter().GetResult();
            if (condition is null)
            {
                return MachineCheck.Ok("store", $"{store.Location} will be created by the first enrolment");
            }

            var place = condition.Kind is { } kind ? $"{store.Location}, {kind}" : store.Location;
            if (condition.Damage is { } damage)
            {
                return new MachineCheck(
                    "store", CheckStatus.Fail, $"{place} is damaged: {damage}", "restore it from a copy");
            }

            var speakers = store.ListAsync(cancellationToken).GetAwaiter().GetResult();
            var model = speakers.Count > 0 ? speakers[0].ModelHash : null;
            var detail = $"{place}, {Plural.Of(speakers.Count, "speaker")}"
                + (model is null ? "" : $" of model {ShippedModels.Describe(model)}") + ", intact";
            if (model is not null && HashInUse() is { } used && used != model)
            {
                return new MachineCheck(
                    "store", CheckStatus.Warn, $"{detail}, but the model in use is {ShippedModels.Describe(used)}",
                    $"use {(ShippedModels.NameOf(model) is { } name ? $"--model {name}" : "that model")}, or enrol again " +
                    "into another store");
            }

            return condition.Exposure is { } exposure
                ? new MachineCheck(
                    "store", CheckStatus.Warn, $"{detail}, but {exposure}",
                    $"voiceprints are biometric data: {condition.Advice}")
                : MachineCheck.Ok("store", detail);
        }
        catch (StoreException exception)
        {
            return new MachineCheck("store", CheckStatus.Fail, exception.Message, "name another store with --store");
        }
    }

    /// <summary>Whether voiceprints are sealed, and whether their keys are there, by what the check of the store
    /// found.</summary>
    private MachineCheck Templates()
    {
        const string Name = "templates";
        const string HowToSeal =
            "to seal them: make a key with 'speaker vault key FILE', name the file by Speaker:Protection:KeyFile, and run " +
            "'speaker vault seal'";
        var store = services.GetRequiredService<IEditableStore>();
        try
        {
            var current = store.Vault.CurrentKey();
            var counts = _store?.Sealed ?? [];
            var plain = counts.Where(each => each.KeyId is null).Sum(each => each.Utterances);
            var keys = string.Join(
                ", ", counts.Where(each => each.KeyId is not null).Select(each => $"{each.KeyId}: {each.Utterances:#,0}"));
            var detail = string.Create(
                CultureInfo.InvariantCulture,
                $"utterances not sealed: {plain:#,0}; sealed by key: {(keys.Length == 0 ? "none" : keys)}; key in use: " +
                $"{current ?? "none"}");
            if (counts.FirstOrDefault(each => each.KeyId is { } id && !store.Vault.Has(id)) is { KeyId: { } missing })
            {
                return new MachineCheck(
                    Name, CheckStatus.Fail, detail,
                    $"give key {missing} by Speaker:Protection:KeyFile, Speaker:Protection:KeyCommand or SPEAKER_STORE_KEYS");
            }

            return current is null ? new MachineCheck(Name, CheckStatus.Warn, detail, HowToSeal)
                : counts.Any(each => each.KeyId != current) ? new MachineCheck(
                    Name, CheckStatus.Warn, detail, "seal all with the key in use: run 'speaker vault seal'")
                : MachineCheck.Ok(Name, detail);
        }
        catch (StoreException exception)
        {
            return new MachineCheck(
                Name, CheckStatus.Fail, exception.Message, "give the right keys, or look at the check of the store");
        }
    }

    /// <summary>Whether those are enrolled who may pass in the house; no check where the settings name nobody.</summary>
    private IEnumerable<Func<MachineCheck>> House(CancellationToken cancellationToken)
    {
        const string Name = "house";
        var options = services.GetRequiredService<IOptions<HouseOptions>>().Value;
        if (options.AllowedSpeakers().Count > 0)
        {
            yield return () =>
            {
                try
                {
                    var enrolled = services.GetRequiredService<IEditableStore>().ListAsync(cancellationToken)
                        .GetAwaiter().GetResult();
                    return AllowedSpeakers.NotEnrolled(options, enrolled) is { Length: > 0 } missing
                        ? new MachineCheck(
                            Name, CheckStatus.Warn,
                            $"in Speaker:House:Allowed and not enrolled: {string.Join(", ", missing)}",
                            "enrol them, or correct the setting: nobody passes by these names")
                        : MachineCheck.Ok(Name, "everybody in Speaker:House:Allowed is enrolled");
                }
                catch (StoreException exception)
                {
                    return new MachineCheck(Name, CheckStatus.Fail, exception.Message, "look at the check of the store");
                }
            };
        }
    }

    /// <summary>Null where the model cannot be read, which is a check of its own.</summary>
    private string? HashInUse()
    {
        try
        {
            return services.GetRequiredService<VoiceEncoder>().Hash;
        }
        catch (Exception exception) when (exception is ModelException or UsageException or TypeInitializationException
            or DllNotFoundException)
        {
            return null;
        }
    }

    private MachineCheck Disk()
    {
        if (services.GetRequiredService<IEditableStore>() is not SqliteVoiceprintStore store)
        {
            return MachineCheck.Ok("disk", "that of the database server, which is not looked at from here");
        }

        var path = Path.GetFullPath(store.Path);
        var folder = Path.GetDirectoryName(path)!;
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        var free = new DriveInfo(folder).AvailableFreeSpace;
        var detail = string.Create(CultureInfo.InvariantCulture, $"{free / 1048576.0:#,0} MB free in {folder}");
        const string Advice = "free some space, or move the store with --store";
        return free switch
        {
            < NoDiskBytes => new MachineCheck("disk", CheckStatus.Fail, detail, Advice),
            < LowDiskBytes => new MachineCheck("disk", CheckStatus.Warn, detail, Advice),
            _ => MachineCheck.Ok("disk", detail),
        };
    }

    private static MachineCheck DemoRecordings() => KlettresRecordings.Exist()
        ? MachineCheck.Ok("demo", $"recordings in {KlettresRecordings.Folder}")
        : new MachineCheck("demo", CheckStatus.Warn, $"no recordings in {KlettresRecordings.Folder}",
            "for 'speaker demo': apt-get install klettres-data");

    /// <summary>Asks the program that trains, as it is now: nothing is built for a check.</summary>
    private static MachineCheck Training()
    {
        if (OtherProgram.Trainer.Installed is not { } program)
        {
            return MachineCheck.Ok("training",
                "speaker-train is not built; the first 'speaker train' or 'speaker study' in a checkout does that");
        }

        const string Advice = "for 'speaker train' and 'speaker study': delete the folder of speaker-train, they build it again";
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["check"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEndAsync();
            var answer = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == ExitCode.Done
                ? MachineCheck.Ok("training", $"{program}: {answer}")
                : new MachineCheck("training", CheckStatus.Warn, $"{program}: {FirstLine(error.Result)}", Advice);
        }
        catch (Win32Exception exception)
        {
            return new MachineCheck("training", CheckStatus.Warn, $"{program}: {exception.Message}", Advice);
        }
    }

    private static string FirstLine(Exception exception) => FirstLine((exception.InnerException ?? exception).Message);

    private static string FirstLine(string text) =>
        text.ReplaceLineEndings("\n").Split('\n')[0];

    /// <summary>A file that only libsndfile reads: Vorbis at 16 kHz, of zeros.</summary>
    private static void WriteEncoded(string path, int samples)
    {
        const int oggVorbis = 0x200060;
        using var file = File.Create(path);
        using var writer = new SoundFileWriter(file, AudioFile.SampleRate, 1, oggVorbis);
        writer.Write(new float[samples]);
    }
}
