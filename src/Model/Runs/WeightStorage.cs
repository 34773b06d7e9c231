namespace Speaker.Training.Runs;

/// <summary>In how many bits a model's matrices and kernels are stored.</summary>
internal enum WeightStorage
{
    /// <summary>Float32.</summary>
    Single,

    /// <summary>Float16.</summary>
    Half,

    /// <summary>Eight bits and a scale for each output channel: <see cref="Models.EightBitWeights"/>.</summary>
    EightBit,
}
