using System.Text.Json.Serialization;

namespace Speaker.Training.Runs;

/// <summary>In how many bits a model's matrices and kernels are stored.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WeightStorage>))]
internal enum WeightStorage
{
    /// <summary>Float32.</summary>
    [JsonStringEnumMemberName("single")]
    Single,

    /// <summary>Float16.</summary>
    [JsonStringEnumMemberName("half")]
    Half,

    /// <summary>Eight bits and a scale for each output channel: <see cref="Models.EightBitWeights"/>.</summary>
    [JsonStringEnumMemberName("eightBit")]
    EightBit,
}
