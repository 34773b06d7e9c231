using System.Numerics.Tensors;

namespace Speaker.Audio.Files;

/// <summary>What must hold for every sample before arithmetic is done on it.</summary>
internal static class SampleChecks
{
    /// <summary>
    /// 96 dB above full scale: more than any recording whose scale was forgotten, and little enough that the powers
    /// and their sums in the front end stay finite.
    /// </summary>
    private const float Largest = 65536;

    /// <exception cref="AudioException">A sample is not a finite number, or one that no recording holds.</exception>
    public static void RequireFinite(ReadOnlySpan<float> samples, string what, long firstIndex = 0)
    {
        // NaN, which comes out where any sample is NaN, is not below the bound either.
        if (samples.IsEmpty || Math.Abs(TensorPrimitives.MaxMagnitude(samples)) <= Largest)
        {
            return;
        }

        var worst = samples.IndexOfAnyExceptInRange(-Largest, Largest);
        throw new AudioException(
            $"{what}: sample {firstIndex + worst} is {samples[worst]}; every sample must be a finite number, full "
            + $"scale 1 and none beyond {Largest:F0}. Export the recording again, as 16-bit PCM for instance.");
    }
}
