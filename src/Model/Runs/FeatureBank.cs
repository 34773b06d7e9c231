using System.Globalization;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text.Json;
using Speaker.Audio;
using Speaker.Audio.Features;
using Speaker.Audio.Files;
using Speaker.Audio.Utterances;
using Speaker.Augmentation;
using Speaker.Corpora;
using Speaker.Numerics;
using Speaker.Training.Sampling;

namespace Speaker.Training.Runs;

/// <summary>How far the making of features has come.</summary>
/// <param name="Versions">Those that are being made, all of an utterance at once.</param>
/// <param name="Utterances">Done.</param>
/// <param name="TotalUtterances">To do.</param>
internal sealed record FeatureBankProgress(IReadOnlyList<int> Versions, int Utterances, int TotalUtterances);

/// <summary>
/// Features of every training utterance, at every speed, in several versions, through the same reader that verification
/// uses: speech frames only, raw cepstra, as <see cref="UtteranceReader.Analyse"/> gives them for the changed sound.
/// </summary>
/// <remarks>Thread safe after opening.</remarks>
internal sealed class FeatureBank : IDisposable
{
    // What is too short to verify with still teaches; what was clipped or drowned on purpose must not be refused for it.
    private static readonly UtteranceOptions TrainingReader = new()
    {
        MinimumSpeechSeconds = 0.1,
        MaximumClippedFraction = 1,
        MinimumSignalToNoise = -20,
    };

    private readonly FeatureVersion[] _versions;

    private FeatureBank(
        string name,
        FeatureVersion[] versions,
        IReadOnlyList<CorpusUtterance> utterances,
        int speeds,
        int coefficients,
        IReadOnlyList<SkippedUtterance> skipped)
    {
        Name = name;
        _versions = versions;
        Speeds = speeds;
        Utterances = utterances;
        Coefficients = coefficients;
        Skipped = skipped;
    }

    public IReadOnlyList<CorpusUtterance> Utterances { get; }

    /// <summary>What the names of its files begin with: it stands for the recordings, the front end, the options.</summary>
    public string Name { get; }

    /// <summary>Speeds of each utterance.</summary>
    public int Speeds { get; }

    public int Coefficients { get; }

    /// <summary>Recordings and noises that could not be read when features were made now; no features are kept of
    /// them.</summary>
    public IReadOnlyList<SkippedUtterance> Skipped { get; }

    public int Versions => _versions.Length;

    /// <summary>Frames of an utterance at a speed in a version; 0 where no speech was found.</summary>
    public int Frames(int version, int utterance, int speed) => _versions[version].Frames((utterance * Speeds) + speed);

    /// <summary>Copies frames, row-major; the destination's length says how many.</summary>
    public void Read(int version, int utterance, int speed, int start, Span<Half> destination) =>
        _versions[version].Read((utterance * Speeds) + speed, start, destination);

    /// <summary>The first frames of an utterance.</summary>
    public FeatureMatrix Matrix(int version, int utterance, int speed, int frames)
    {
        var half = new Half[frames * Coefficients];
        Read(version, utterance, speed, 0, half);
        var matrix = new FeatureMatrix(frames, Coefficients);
        TensorPrimitives.ConvertToSingle(half, matrix.Values);
        return matrix;
    }

    /// <summary>
    /// The training classes, one a speaker and speed, of utterances in whose unchanged version speech was found; and
    /// the utterances in which none was.
    /// </summary>
    public (IReadOnlyList<SpeakerClass> Classes, IReadOnlyList<CorpusUtterance> Speechless) Classes(double frameSeconds)
    {
        var classes = new List<SpeakerClass>();
        var number = 0;
        foreach (var speaker in Enumerable.Range(0, Utterances.Count).Where(i => Utterances[i].Speaker.Length > 0)
                     .GroupBy(i => Utterances[i].SpeakerKey, StringComparer.Ordinal))
        {
            for (var speed = 0; speed < Speeds; speed++)
            {
                var heard = speaker.Where(i => Frames(0, i, speed) > 0).ToArray();
                if (heard.Length > 0)
                {
                    var seconds = heard.Sum(i => Frames(0, i, speed)) * frameSeconds;
                    classes.Add(new SpeakerClass(number, speed, Utterances[speaker.First()].Corpus, heard, seconds));
                }
            }

            number++;
        }

        return (classes, [.. Utterances.Where((_, i) => Frames(0, i, 0) == 0)]);
    }

    /// <summary>The recordings without a speaker in which speech was found, each a class of its own.</summary>
    public IReadOnlyList<SpeakerClass> Unlabelled() =>
    [
        .. from i in Enumerable.Range(0, Utterances.Count)
           where Utterances[i].Speaker.Length == 0
           from speed in Enumerable.Range(0, Speeds)
           where Frames(0, i, speed) > 0
           select new SpeakerClass(-1, speed, Utterances[i].Corpus, [i], 0),
    ];

    public void Dispose()
    {
        foreach (var version in _versions)
        {
            version.Dispose();
        }
    }

    /// <summary>
    /// Opens the versions that the folder holds for these recordings and options and makes those it does not. What was
    /// made before a cancellation or the death of the process is kept, but for the last minute.
    /// </summary>
    /// <exception cref="ModelException">An option out of range, or no utterance.</exception>
    /// <exception cref="AudioException">No recording can be read.</exception>
    public static FeatureBank Open(
        IReadOnlyList<CorpusUtterance> utterances,
        FrontEndSpecification frontEnd,
        FeatureBankOptions options,
        IProgress<FeatureBankProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options.Validate();
        if (utterances.Count == 0)
        {
            throw new ModelException("There is no utterance to train on.");
        }

        Directory.CreateDirectory(options.Folder);
        var key = Key(utterances, frontEnd, options);
        var entries = utterances.Count * options.Speeds.Count;
        string[] paths = [.. Enumerable.Range(0, options.Versions).Select(version => Path.Combine(
            options.Folder, string.Create(CultureInfo.InvariantCulture, $"{key}-{version}.features")))];
        var versions = Array.ConvertAll(paths, path => FeatureVersion.TryOpen(path, entries, frontEnd.Cepstra));
        try
        {
            IReadOnlyList<SkippedUtterance> skipped = [];
            int[] missing = [.. Enumerable.Range(0, versions.Length).Where(version => versions[version] is null)];
            if (missing.Length > 0)
            {
                skipped = Make(missing, paths, utterances, frontEnd, options, progress, cancellationToken);
            }

            foreach (var version in missing)
            {
                versions[version] = FeatureVersion.TryOpen(paths[version], entries, frontEnd.Cepstra)
                    ?? throw new ModelException(
                        $"{paths[version]} was written but cannot be read back; is the disk full?");
            }

            return new FeatureBank(key, versions!, utterances, options.Speeds.Count, frontEnd.Cepstra, skipped);
        }
        catch
        {
            foreach (var version in versions)
            {
                version?.Dispose();
            }

            throw;
        }
    }

    /// <summary>Makes the missing versions together, so that each recording is decoded once.</summary>
    private static List<SkippedUtterance> Make(
        int[] missing,
        string[] paths,
        IReadOnlyList<CorpusUtterance> utterances,
        FrontEndSpecification frontEnd,
        FeatureBankOptions options,
        IProgress<FeatureBankProgress>? progress,
        CancellationToken cancellationToken)
    {
        var speeds = options.Speeds;
        var skipped = new List<SkippedUtterance>();
        var sounds = LoadSounds(utterances, options, skipped, cancellationToken);
        var writers = new List<FeatureVersion.Writer>();
        try
        {
            foreach (var version in missing)
            {
                writers.Add(new FeatureVersion.Writer(
                    paths[version], utterances.Count * speeds.Count, frontEnd.Cepstra));
            }

            var done = 0;
            // Every percent, and of many recordings every hundredth.
            var reported = Math.Clamp(utterances.Count / 100, 1, 100);
            skipped.AddRange(ParallelReading.For(
                [.. utterances.Select(utterance => utterance.Path)],
                options.Threads,
                () => (Reader: new UtteranceReader(frontEnd, TrainingReader),
                    Augmenters: Array.ConvertAll(
                        missing,
                        version => version == 0
                            ? null
                            : new WaveformAugmenter(options.AugmentationOf(version), sounds))),
                (index, tools) =>
                {
                    float[]? samples = null;
                    AudioException? unreadable = null;
                    for (var speed = 0; speed < speeds.Count; speed++)
                    {
                        var entry = (index * speeds.Count) + speed;
                        float[]? played = null;
                        for (var i = 0; i < missing.Length; i++)
                        {
                            if (writers[i].Has(entry))
                            {
                                continue;
                            }

                            try
                            {
                                samples ??= AudioFile.ReadSamples(utterances[index].Path, cancellationToken);
                            }
                            catch (AudioException exception)
                            {
                                unreadable = exception;
                                samples = [];
                            }

                            if (unreadable is not null)
                            {
                                writers[i].Add(entry, []);
                                continue;
                            }

                            played ??= SpeedPerturbation.Apply(samples, speeds[speed]);
                            var version = missing[i];
                            var sound = tools.Augmenters[i]?.Apply(
                                played, SplitRandom.For(options.Seed, index, speed, version)) ?? played;
                            writers[i].Add(entry, Analyse(tools.Reader, sound));
                        }
                    }

                    var count = Interlocked.Increment(ref done);
                    if (count % reported == 0 || count == utterances.Count)
                    {
                        progress?.Report(new FeatureBankProgress(missing, count, utterances.Count));
                    }

                    if (unreadable is not null)
                    {
                        throw unreadable;
                    }
                },
                cancellationToken));
            writers.ForEach(writer => writer.Finish());
            return skipped;
        }
        finally
        {
            writers.ForEach(writer => writer.Dispose());
        }
    }

    private static Half[] Analyse(UtteranceReader reader, float[] samples)
    {
        if (reader.Analyse(samples) is not Utterance utterance)
        {
            return [];
        }

        var features = new Half[utterance.Features.Values.Length];
        TensorPrimitives.ConvertToHalf(utterance.Features.Values, features);
        return features;
    }

    private static SoundBank LoadSounds(
        IReadOnlyList<CorpusUtterance> utterances,
        FeatureBankOptions options,
        List<SkippedUtterance> skipped,
        CancellationToken cancellationToken)
    {
        if (options.Versions == 1)
        {
            return new SoundBank([], [], []);
        }

        var order = Enumerable.Range(0, utterances.Count).ToArray();
        SplitRandom.For(options.Seed, SplitRandom.Key("babble")).Shuffle(order.AsSpan());
        return SoundBank.Load(
            options.NoiseDirectory,
            options.RoomDirectory,
            order.Take(options.BabbleUtterances).Select(i => utterances[i].Path),
            skipped.Add,
            cancellationToken);
    }

    /// <summary>
    /// Names all that fixes the features: recordings by path and size, front end, augmentation, seed.
    /// </summary>
    private static string Key(
        IReadOnlyList<CorpusUtterance> utterances, FrontEndSpecification frontEnd, FeatureBankOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(System.Text.Encoding.UTF8.GetBytes(text + "\n"));

        Add(JsonSerializer.Serialize(frontEnd, TrainingJson.Default.FrontEndSpecification));
        Add(JsonSerializer.Serialize(options.Augmentation, TrainingJson.Default.AugmentationOptions));
        Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(',', options.Speeds)} {options.BabbleUtterances} {options.Seed}"));
        foreach (var session in options.Sessions)
        {
            Add(JsonSerializer.Serialize(
                ManufacturedSession.Options(session), TrainingJson.Default.AugmentationOptions));
        }

        foreach (var folder in (string?[])[options.NoiseDirectory, options.RoomDirectory])
        {
            if (Directory.Exists(folder))
            {
                foreach (var file in RecordingTree.Of(Path.GetFullPath(folder), CancellationToken.None).Recordings)
                {
                    Add($"{file} {new FileInfo(file).Length}");
                }
            }
        }

        foreach (var utterance in utterances)
        {
            Add($"{utterance.Path} {new FileInfo(utterance.Path).Length}");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
