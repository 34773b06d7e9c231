using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.Models;
using Speaker.Training.Runs;

namespace Speaker.Train;

/// <summary>The recipe of a training run on the command line, as <c>train</c> and <c>eval --leave-out</c> take it.</summary>
internal sealed class TrainingArguments
{
    /// <summary>In the place of a model: random weights.</summary>
    private const string NoModel = "none";

    private readonly Option<string[]> _init;

    // The name of --init before there was --teacher, for commands that stand in cards.
    private readonly Option<string[]> _from = new("--from")
    {
        Description = "The former name of --init. Default: none.",
        Hidden = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<double?> _average = NumberOption.Real(
        "--average", "SHARE", "Write the mean of the weights of --init, with this share, 0 to 1, and the learnt " +
        "ones; with --steps 0 and two --init, of the second and the first. Default: 0, the learnt ones.", 0, 1);

    private readonly Option<double[]> _join = new("--join")
    {
        Description = "With --steps 0, join models of one front end and different networks: what the model of each --init " +
            "weighs in the cosine, above 0 to 100; give it once for each. Default: none.",
        HelpName = "WEIGHT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _teacher = new("--teacher")
    {
        Description = "Learn from this model too: what it makes of a whole clean recording is what any changed " +
            "crop of it should give. Or from embeddings that another program made: a .safetensors file without a card, " +
            "with a row for each row of manifest.csv. Give it once for each of several. Default: no teacher.",
        HelpName = "TEACHER",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<double[]> _teacherWeight = new("--teacher-weight")
    {
        Description = "What the teacher of each --teacher weighs in the cosine of two targets, above 0 to 100; give it " +
            "once for each. Default: 1 each.",
        HelpName = "WEIGHT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<double[]> _teacherLongWeight = new("--teacher-long-weight")
    {
        Description = "The same for the longest crops, where --teacher-weight is for the shortest; in between by the " +
            "logarithm of the length. Give it once for each. Default: as --teacher-weight.",
        HelpName = "WEIGHT",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _unlabelled = new("--unlabelled")
    {
        Description = "Folder of recordings whose speakers nobody knows, for learning from the teacher; give it " +
            "once for each folder. Default: none.",
        HelpName = "DIR",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<int?> _seed = NumberOption.Whole(
        "--seed", "N", "Seed of every random choice, a whole number. Default: 1.");

    private readonly Option<string?> _noise = new("--noise")
    {
        Description = "Folder of noises to mix in. Default: no such noise.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _rooms = new("--rooms")
    {
        Description = "Folder of room impulse responses. Default: simulated rooms only.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _options = new("--options")
    {
        Description = "JSON file of training options, with the names that --set takes. Default: the default of " +
            "every option.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "One training option, such as tripletMargin=0.3, softmaxWeight=0 (triplets alone), " +
            "sampling.speakers=32 or crops.longestSeconds=3; give it once for each option.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _device = new("--device")
    {
        Description = "What to compute on: cpu, or cuda for a graphics processor of NVIDIA's, with a build for it " +
            "(-p:Torch=cuda). Default: cpu.",
        HelpName = "cpu|cuda",
    };

    private readonly Option<int?> _steps;
    private readonly Option<string?> _features;

    private readonly string _start;

    /// <param name="steps">What is said of the number of steps.</param>
    /// <param name="features">What is said of the folder of features.</param>
    /// <param name="start">The model that a run starts from where the line names none; null: random weights.</param>
    public TrainingArguments(string steps, string features, string? start = null)
    {
        _start = start ?? NoModel;
        _init = new Option<string[]>("--init")
        {
            Description = "Start from this model's weights, front end and architecture. 'accurate' is refined: it learns " +
                "from itself as the teacher, and half of its weights are kept. Give it several times to make the " +
                "networks the branches of one model, whose cosine is the mean of theirs; --steps 0 keeps their " +
                $"weights. '{NoModel}' starts from random weights. Default: {_start}.",
            HelpName = "MODEL",
            DefaultValueFactory = _ => [],
        };
        _steps = NumberOption.Whole("--steps", "N", steps, 0);
        _features = new Option<string?>("--features") { Description = features, HelpName = "DIR" };
    }

    public Option<int?> Steps => _steps;

    public Option<int?> Seed => _seed;

    public Option<string?> Noise => _noise;

    public Option<string?> Rooms => _rooms;

    /// <summary>Those that only an encoder's training has.</summary>
    public IReadOnlyList<Option> OfEncoder =>
    [
        _init, _from, _average, _join, _teacher, _teacherWeight, _teacherLongWeight, _unlabelled, _features, _device,
        _options, _set,
    ];

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[
            _init, _from, _average, _join, _teacher, _teacherWeight, _teacherLongWeight, _unlabelled, _steps, _seed, _noise,
            _rooms, _features, _device, _options, _set,
        ])
        {
            command.Add(option);
        }
    }

    /// <summary>The options.</summary>
    /// <param name="parsed">The line.</param>
    /// <param name="featureFolder">Where features are kept unless the line or the file says so.</param>
    /// <param name="defaultSteps">Without --steps; null: what the file or the trainer says.</param>
    /// <exception cref="UsageException">An option is none, of the wrong type, or out of its bounds; the message says what
    /// it was given by.</exception>
    public TrainingOptions Read(ParseResult parsed, string featureFolder, int? defaultSteps = null)
    {
        TrainingSettings? given = null;
        try
        {
            var settings = given = TrainingSettings.Read(parsed.GetValue(_options));
            foreach (var assignment in parsed.GetRequiredValue(_set))
            {
                settings.Set(assignment);
            }

            var join = parsed.GetRequiredValue(_join);
            string[] start = [.. parsed.GetRequiredValue(_init), .. parsed.GetRequiredValue(_from)];
            if (start.Length == 0)
            {
                start = [_start];
            }

            if (start is not [NoModel])
            {
                CheckNetworkIsFree(settings, start[0]);
                settings.StartFrom(
                    start, averaged: parsed.GetValue(_steps) == 0 && parsed.GetValue(_average) > 0, joined: join.Length > 0);
            }

            if (start is [ShippedModels.Accurate])
            {
                settings.Refine(start[0]);
            }

            if (parsed.GetRequiredValue(_teacher) is { Length: > 0 } teachers)
            {
                settings.LearnFrom(teachers);
            }

            if (parsed.GetRequiredValue(_unlabelled) is { Length: > 0 } folders)
            {
                settings.Set("unlabelled", new JsonArray([.. folders.Select(folder =>
                    JsonValue.Create(Path.GetFullPath(folder)))]));
            }

            SetWeights("joinWeights", _join);
            SetWeights("teacherWeights", _teacherWeight);
            SetWeights("teacherLongWeights", _teacherLongWeight);

            if (defaultSteps is { } steps)
            {
                settings.Set("steps", JsonValue.Create(steps));
            }

            SetGiven("initialShare", _average);
            SetGiven("steps", _steps);
            SetGiven("seed", _seed);
            SetGiven("bank.noiseDirectory", _noise);
            SetGiven("bank.roomDirectory", _rooms);
            SetGiven("bank.folder", _features);
            if (parsed.GetValue(_device) is { } device)
            {
                settings.Set("device", JsonValue.Create(device), _device.Name);
            }

            var options = settings.ToOptions(featureFolder);
            options.Validate();
            return options;

            void SetGiven<T>(string name, Option<T?> option)
            {
                if (parsed.GetValue(option) is { } value)
                {
                    settings.Set(name, JsonValue.Create(value), option.Name);
                }
            }

            void SetWeights(string name, Option<double[]> option)
            {
                if (parsed.GetRequiredValue(option) is { Length: > 0 } weights)
                {
                    settings.Set(
                        name, new JsonArray([.. weights.Select(weight => JsonValue.Create(weight))]), option.Name);
                }
            }
        }
        catch (OptionsValidationException exception) when (given?.Explain(exception) is { } explained)
        {
            throw new UsageException(explained, exception);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    /// <summary>A model's network cannot be chosen again.</summary>
    private static void CheckNetworkIsFree(TrainingSettings settings, string model)
    {
        if (settings.Groups.Intersect(["encoder", "frontEnd"]).FirstOrDefault() is { } given)
        {
            throw new ArgumentException(
                $"the options set {given}, which the model {model} fixes: leave it out, or start from random weights with " +
                $"--init {NoModel}");
        }
    }
}
