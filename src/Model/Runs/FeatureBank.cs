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
internal sealed record FeatureBankProgress(int Layer, int Layers, int Utterances, int TotalUtterances);

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

    private readonly FeatureLayer[] _layers;
    private readonly int _speeds;

    private FeatureBank(
        FeatureLayer[] layers, IReadOnlyList<CorpusUtterance> utterances, int speeds, int coefficients)
    {
        _layers = layers;
        _speeds = speeds;
        Utterances = utterances;
        Coefficients = coefficients;
    }

    public IReadOnlyList<CorpusUtterance> Utterances { get; }

    public int Coefficients { get; }

    public int Layers => _layers.Length;

    /// <summary>Frames of an utterance at a speed in a layer; 0 where no speech was found.</summary>
    public int Frames(int layer, int utterance, int speed) => _layers[layer].Frames((utterance * _speeds) + speed);

    /// <summary>Copies frames, row-major; the destination's length says how many.</summary>
    public void Read(int layer, int utterance, int speed, int start, Span<Half> destination) =>
        _layers[layer].Read((utterance * _speeds) + speed, start, destination);

    /// <summary>
    /// The training classes, one a speaker and speed, of utterances in whose unchanged version speech was found; and
    /// the utterances in which none was.
    /// </summary>
    public (IReadOnlyList<SpeakerClass> Classes, IReadOnlyList<CorpusUtterance> Speechless) Classes(double frameSeconds)
    {
        var classes = new List<SpeakerClass>();
        var number = 0;
        foreach (var speaker in Enumerable.Range(0, Utterances.Count)
                     .GroupBy(i => Utterances[i].SpeakerKey, StringComparer.Ordinal))
        {
            for (var speed = 0; speed < _speeds; speed++)
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

    public void Dispose()
    {
        foreach (var layer in _layers)
        {
            layer.Dispose();
        }
    }

    /// <summary>
    /// Opens the layers that the folder holds for these recordings and options and makes those it does not.
    /// </summary>
    /// <exception cref="ModelException">An option out of range, or no utterance.</exception>
    /// <exception cref="AudioException">A recording cannot be read.</exception>
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
        var layers = new FeatureLayer?[options.Layers];
        try
        {
            SoundBank? sounds = null;
            for (var layer = 0; layer < layers.Length; layer++)
            {
                var path = Path.Combine(
                    options.Folder, string.Create(CultureInfo.InvariantCulture, $"{key}-{layer}.features"));
                layers[layer] = FeatureLayer.TryOpen(path, entries, frontEnd.Cepstra);
                if (layers[layer] is null)
                {
                    sounds ??= LoadSounds(utterances, options, cancellationToken);
                    Make(path, layer, utterances, frontEnd, options, sounds, progress, cancellationToken);
                    layers[layer] = FeatureLayer.TryOpen(path, entries, frontEnd.Cepstra)
                        ?? throw new ModelException($"{path} was written but cannot be read back; is the disk full?");
                }
            }
        }
        catch
        {
            foreach (var layer in layers)
            {
                layer?.Dispose();
            }

            throw;
        }

        return new FeatureBank(layers!, utterances, options.Speeds.Count, frontEnd.Cepstra);
    }

    private static void Make(
        string path,
        int layer,
        IReadOnlyList<CorpusUtterance> utterances,
        FrontEndSpecification frontEnd,
        FeatureBankOptions options,
        SoundBank sounds,
        IProgress<FeatureBankProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var writer = new FeatureLayer.Writer(path, utterances.Count * options.Speeds.Count, frontEnd.Cepstra);
        var done = 0;
        ParallelReading.For(
            utterances.Count,
            options.Threads,
            () => (Reader: new UtteranceReader(frontEnd, TrainingReader),
                Augmenter: new WaveformAugmenter(options.Augmentation, sounds)),
            (index, tools) =>
            {
                var samples = AudioFile.ReadSamples(utterances[index].Path, cancellationToken);
                for (var speed = 0; speed < options.Speeds.Count; speed++)
                {
                    var changed = SpeedPerturbation.Apply(samples, options.Speeds[speed]);
                    if (layer > 0)
                    {
                        changed = tools.Augmenter.Apply(changed, SplitRandom.For(options.Seed, index, speed, layer));
                    }

                    writer.Add((index * options.Speeds.Count) + speed, Analyse(tools.Reader, changed));
                }

                var count = Interlocked.Increment(ref done);
                if (count % 100 == 0 || count == utterances.Count)
                {
                    progress?.Report(new FeatureBankProgress(layer, options.Layers, count, utterances.Count));
                }
            },
            cancellationToken);
        writer.Finish();
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
        IReadOnlyList<CorpusUtterance> utterances, FeatureBankOptions options, CancellationToken cancellationToken)
    {
        if (options.Layers == 1)
        {
            return new SoundBank([], [], []);
        }

        var order = Enumerable.Range(0, utterances.Count).ToArray();
        SplitRandom.For(options.Seed, SplitRandom.Key("babble")).Shuffle(order.AsSpan());
        return SoundBank.Load(
            options.NoiseDirectory,
            options.RoomDirectory,
            order.Take(options.BabbleUtterances).Select(i => utterances[i].Path),
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
        foreach (var folder in (string?[])[options.NoiseDirectory, options.RoomDirectory])
        {
            if (Directory.Exists(folder))
            {
                foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                             .Order(StringComparer.Ordinal))
                {
                    Add($"{Path.GetFullPath(file)} {new FileInfo(file).Length}");
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
