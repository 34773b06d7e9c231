using Speaker.Model.Sampling;

namespace Speaker.Model.Augmentation;

/// <summary>
/// A room impulse response of a direct path and exponentially decaying noise, sparse at first as early reflections are
/// (Moorer, "About this reverberation business", 1979).
/// </summary>
internal static class SimulatedRoom
{
    private const int LongestSamples = 9600;

    /// <param name="seconds">Time in which the sound falls by 60 dB.</param>
    /// <param name="directDecibels">Energy of the direct path over that of all that follows.</param>
    /// <param name="random">Where the draws come from.</param>
    public static float[] Draw(double seconds, double directDecibels, SplitRandom random)
    {
        var length = Math.Clamp((int)(seconds * 16000), 2, LongestSamples);
        var room = new float[length];
        var decay = (float)Math.Exp(-Math.Log(1000) / (seconds * 16000));
        var envelope = 1f;
        var energy = 0.0;
        for (var i = 1; i + 1 < length; i += 2)
        {
            var (first, second) = random.NextGaussians();
            // Reflections per sample rise from one in twenty to all within 50 ms.
            var density = 0.05 + (i / 800.0);
            room[i] = density >= 1 || random.Chance(density) ? first * envelope : 0;
            envelope *= decay;
            room[i + 1] = density >= 1 || random.Chance(density) ? second * envelope : 0;
            envelope *= decay;
            energy += (room[i] * room[i]) + (room[i + 1] * room[i + 1]);
        }

        var scale = (float)(Math.Pow(10, -directDecibels / 20) / Math.Sqrt(energy + 1e-12));
        for (var i = 1; i < length; i++)
        {
            room[i] *= scale;
        }

        room[0] = 1;
        return room;
    }
}
