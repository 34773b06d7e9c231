using System.Numerics;

namespace Speaker.Audio;

/// <summary>What must hold for every sample before arithmetic is done on it.</summary>
internal static class SampleChecks
{
    /// <exception cref="AudioException">A sample is not a finite number.</exception>
    public static void RequireFinite(ReadOnlySpan<float> samples, string what, long firstIndex = 0)
    {
        // x - x is 0 for every number and NaN for what is none, and NaN stays NaN in a sum.
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(samples[i..]);
            sum += value - value;
        }

        if (!Vector.EqualsAll(sum, sum))
        {
            i = 0;
        }

        for (; i < samples.Length; i++)
        {
            if (!float.IsFinite(samples[i]))
            {
                throw new AudioException(
                    $"{what}: sample {firstIndex + i} is {samples[i]}; every sample must be a finite number, full "
                    + "scale 1. Export the recording again, as 16-bit PCM for instance.");
            }
        }
    }
}
