using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Speaker.Models;

namespace Speaker.Training.Runs;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class TrainingSettingsJson : JsonSerializerContext;

/// <summary>
/// The trainer's options as a person gives them: a JSON file with the names of <see cref="TrainingOptions"/>, then
/// single values by path ("crops.longestSeconds=4"), each over the defaults.
/// </summary>
internal sealed class TrainingSettings
{
    /// <summary>
    /// How a run refines a ResNet that knows much already: it learns to hear through short and changed recordings what
    /// its start hears in long clean ones, in a few minutes, and keeps half of the weights of the start.
    /// </summary>
    private const string Refinement = """
        {
          "bank": {
            "speeds": [1], "versions": 7,
            "sessions": ["desk", "far", "telephone", "mobile", "internet", "worn"]
          },
          "sampling": { "speakers": 16, "utterances": 2, "maximumUtterances": 2, "oneCorpusShare": 0.6 },
          "crops": {
            "shortestSeconds": 0.4, "longestSeconds": 2.2, "logLengths": true, "acrossVersions": true,
            "noiseFloorProbability": 0.2, "bandMaskProbability": 0.2, "timeMaskProbability": 0.1
          },
          "teacherWeight": 1, "similarityWeight": 3, "speakerMeanShare": 0.3, "tripletWeight": 0.3, "softmaxWeight": 0,
          "steps": 150, "learningRate": 1e-4, "warmUpShare": 0.05, "weightDecay": 0, "averagingDecay": 0,
          "initialShare": 0.5, "evaluateEvery": 1000000, "storage": "eightBit"
        }
        """;

    private const string Teacher = "teacher";

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly JsonObject _values;
    private readonly string _file;
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);

    private TrainingSettings(JsonObject values, string file) => (_values, _file) = (values, file);

    /// <summary>What was set, by the first part of its path.</summary>
    public IEnumerable<string> Groups => _values.Select(pair => pair.Key);

    /// <param name="path">A JSON file, or null for the defaults.</param>
    /// <exception cref="ArgumentException">The file is not a JSON object.</exception>
    public static TrainingSettings Read(string? path) =>
        path is null ? new TrainingSettings([], "") : Parse(File.ReadAllText(path), path);

    /// <param name="json">An object.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="ArgumentException">It is not a JSON object.</exception>
    public static TrainingSettings Parse(string json, string source)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Lenient) is JsonObject values
                ? new TrainingSettings(values, source)
                : throw new ArgumentException($"training options {source}: a JSON object is needed");
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"training options {source}: {exception.Message}", exception);
        }
    }

    /// <summary>Sets "a.b=value"; the value is JSON, or a string where it is none.</summary>
    /// <exception cref="ArgumentException">There is no "=", or a part of the path is not an object.</exception>
    public void Set(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw new ArgumentException($"--set {assignment}: NAME=VALUE is needed, such as crops.longestSeconds=4");
        }

        JsonNode? value;
        try
        {
            value = JsonNode.Parse(assignment[(equals + 1)..]);
        }
        catch (JsonException)
        {
            value = assignment[(equals + 1)..];
        }

        Set(assignment[..equals], value, $"--set {assignment}");
    }

    /// <summary>Sets one value by its path.</summary>
    /// <param name="path">Its groups and its name, with dots between them.</param>
    /// <param name="value">Over what was set before.</param>
    /// <param name="source">What the user gave it by, for messages; null where nobody can have got it wrong.</param>
    /// <exception cref="ArgumentException">A part of the path is not an object.</exception>
    public void Set(string path, JsonNode? value, string? source = null)
    {
        if (source is not null)
        {
            _sources[path] = source;
        }

        var names = path.Split('.');
        var place = _values;
        foreach (var name in names[..^1])
        {
            place[name] ??= new JsonObject();
            place = place[name] as JsonObject
                ?? throw new ArgumentException($"training option {path}: {name} is a value, not a group of options");
        }

        place[names[^1]] = value;
    }

    /// <summary>Starts from models: their weights, their front end, their architecture with all their branches.</summary>
    /// <param name="models">The branches, one after another; or, averaged, two of one architecture.</param>
    /// <param name="averaged">Whether the weights of two models are averaged.</param>
    /// <param name="joined">Whether they become the parts of a joined encoder.</param>
    /// <exception cref="ModelException">There is no such model, or its card is damaged.</exception>
    /// <exception cref="ArgumentException">The models differ in more than their branches; where they are joined, in more
    /// than their networks.</exception>
    public void StartFrom(IReadOnlyList<string> models, bool averaged = false, bool joined = false)
    {
        var weights = models.Select(ModelFiles.Resolve).ToArray();
        var cards = weights.Select(ModelFiles.ReadCard).ToArray();
        var first = cards[0];
        for (var i = 1; i < cards.Length; i++)
        {
            if (joined && cards[i].FrontEnd != first.FrontEnd)
            {
                throw new ArgumentException(
                    $"{models[0]} and {models[i]} have different front ends: encoders that are joined read the same features");
            }

            if (!joined && (cards[i].FrontEnd != first.FrontEnd || OneBranch(cards[i].Encoder) != OneBranch(first.Encoder)))
            {
                throw new ArgumentException(
                    $"{models[0]} and {models[i]} are of different architectures: branches of one encoder must be " +
                    "alike in front end, widths and dilations");
            }
        }

        var encoder = averaged ? first.Encoder
            : joined
            ? new EncoderSpecification
            {
                Architecture = EncoderArchitecture.Joined,
                Coefficients = first.Encoder.Coefficients,
                Dimension = first.Encoder.Dimension,
                Parts = [.. cards.Select(card => card.Encoder)],
            }
            : first.Encoder with
            {
                Branches = cards.Sum(card => card.Encoder.Branches),
                Dimension = cards.Sum(card => card.Encoder.Dimension),
            };
        Set("from", new JsonArray([.. weights.Select(path => JsonValue.Create(path))]));
        Set("frontEnd", JsonSerializer.SerializeToNode(first.FrontEnd, TrainingSettingsJson.Default.FrontEndSpecification));
        Set("encoder", JsonSerializer.SerializeToNode(encoder, TrainingSettingsJson.Default.EncoderSpecification));
    }

    /// <summary>Refines a model, which is its own teacher; what was set already stays.</summary>
    /// <param name="model">That <see cref="StartFrom"/> was given.</param>
    /// <exception cref="ModelException">There is no such model.</exception>
    public void Refine(string model)
    {
        var given = _values.DeepClone().AsObject();
        Merge(_values, JsonNode.Parse(Refinement)!.AsObject());
        LearnFrom([model]);
        Merge(_values, given);
    }

    /// <summary>Learns from models, or files of embeddings, together.</summary>
    /// <exception cref="ModelException">There is no such model.</exception>
    public void LearnFrom(IReadOnlyList<string> teachers) => Set(
        Teacher, new JsonArray([.. teachers.Select(teacher => JsonValue.Create(ModelFiles.Resolve(teacher)))]));

    private static EncoderSpecification OneBranch(EncoderSpecification encoder) =>
        encoder with { Branches = 1, Dimension = encoder.Dimension / encoder.Branches };

    /// <summary>The options, not yet validated: the trainer does that.</summary>
    /// <param name="featureFolder">Where features are kept unless the settings say so.</param>
    /// <exception cref="ArgumentException">A name that is no option, or a value of the wrong type; the message says
    /// which, where it is from and what may have been meant.</exception>
    public TrainingOptions ToOptions(string featureFolder)
    {
        ListTeacher();
        if (TrainingOptionNames.Problem(_values, out var wrong) is { } problem)
        {
            throw new ArgumentException(SourceOf(wrong) is { Length: > 0 } source ? $"{source}: {problem}" : problem);
        }

        // Over the written-out defaults: a property that JSON leaves out would otherwise be 0 or null, not its default.
        var defaults = new TrainingOptions { Bank = new FeatureBankOptions { Folder = featureFolder } };
        var values = JsonSerializer.SerializeToNode(defaults, TrainingSettingsJson.Default.TrainingOptions)!.AsObject();
        Merge(values, _values);
        try
        {
            return values.Deserialize(TrainingSettingsJson.Default.TrainingOptions)!;
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"training options: {exception.Message}", exception);
        }
    }

    /// <summary>Files of the time when there could be one teacher have it as a text, or null.</summary>
    private void ListTeacher()
    {
        if (_values.TryGetPropertyValue(Teacher, out var given)
            && given?.GetValueKind() is null or JsonValueKind.String)
        {
            _values[Teacher] = given is null ? new JsonArray() : new JsonArray(given.DeepClone());
        }
    }

    /// <summary>Says of options that are out of their bounds what the user gave them by.</summary>
    /// <returns>Null where the options are not these.</returns>
    public string? Explain(OptionsValidationException exception)
    {
        const string prefix = nameof(TrainingOptions) + ".";
        var failures = exception.Failures.ToArray();
        return Array.TrueForAll(failures, failure => failure.StartsWith(prefix, StringComparison.Ordinal))
            ? string.Join("; ", failures.Select(failure => Explain(failure[prefix.Length..])))
            : null;
    }

    /// <summary>"Sampling.Speakers = 0, must be…" becomes "--set sampling.speakers=0: training option
    /// sampling.speakers = 0, must be…".</summary>
    private string Explain(string failure)
    {
        var end = Math.Max(0, failure.IndexOf(' ', StringComparison.Ordinal));
        var path = string.Join('.', failure[..end].Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
        var said = $"training option {path}{failure[end..]}";
        return SourceOf(path) is { Length: > 0 } source ? $"{source}: {said}" : said;
    }

    /// <summary>Empty where it is a default.</summary>
    private string SourceOf(string path)
    {
        for (var part = path; part.Length > 0; part = part[..Math.Max(0, part.LastIndexOf('.'))])
        {
            if (_sources.TryGetValue(part, out var source))
            {
                return source;
            }
        }

        return path.Split('.').Aggregate((JsonNode?)_values, (place, name) => (place as JsonObject)?[name]) is null
            ? ""
            : _file;
    }

    private static void Merge(JsonObject into, JsonObject over)
    {
        foreach (var (name, value) in over)
        {
            if (into[name] is JsonObject group && value is JsonObject part)
            {
                Merge(group, part);
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }

    /// <summary>The licence of each corpus by its name, for the model card.</summary>
    /// <exception cref="ArgumentException">The file is not a JSON object of strings.</exception>
    public static IReadOnlyDictionary<string, string> ReadLicences(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(
                File.ReadAllText(path), TrainingSettingsJson.Default.DictionaryStringString)!;
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"licences {path}: {exception.Message}", exception);
        }
    }
}
