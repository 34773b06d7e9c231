using System.Text.Json.Serialization;
using Speaker.Audio.Features;
using Speaker.Augmentation;

namespace Speaker.Training.Runs;

/// <summary>JSON of what training writes: source-generated, so that nothing is found out by reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(FrontEndSpecification))]
[JsonSerializable(typeof(AugmentationOptions))]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(CheckpointState))]
internal sealed partial class TrainingJson : JsonSerializerContext;
