namespace Speaker.Audio.SpeechDetection.TimeDelayNetwork;

/// <summary>
/// A layer of a <see cref="SpeechNetwork"/>: y[t] = b + sum over taps j of W[., j, .] x[t + ahead - (taps - 1 - j) dilation],
/// what lies before the first frame or after the last being zero.
/// </summary>
/// <param name="Inputs">Values of a frame that goes in.</param>
/// <param name="Outputs">Values of a frame that comes out.</param>
/// <param name="Taps">Frames that an output sees.</param>
/// <param name="Dilation">Frames from one of them to the next.</param>
/// <param name="Ahead">How many frames after its own an output sees, fewer than the layer spans.</param>
/// <param name="Weights">Outputs x taps x inputs, row-major, the oldest tap first.</param>
/// <param name="Biases">One an output.</param>
internal sealed record SpeechNetworkLayer(
    int Inputs, int Outputs, int Taps, int Dilation, int Ahead, float[] Weights, float[] Biases);
