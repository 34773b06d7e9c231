using Speaker.Audio.Validation;

namespace Speaker.Augmentation;

/// <summary>
/// The same voice in another mood: pitch and tempo moved, formants kept, by the phase vocoder of librubberband with its
/// spectral envelope held in place. The changed voice keeps its label, unlike that of <see cref="SpeedPerturbation"/>.
/// </summary>
internal static class ProsodyChange
{
    // The stretcher works with ratios: the rate it is told only chooses its window and how finely it sees the envelope.
    // Told 16 kHz it blurs neighbouring formants into one; told this, they stay within 2 % of where they were from 110
    // to 220 Hz of pitch and 4 % at 300 Hz, in no more time.
    private const int StatedSampleRate = 24000;

    private const int BlockSamples = 8192;

    /// <param name="samples">16 kHz mono.</param>
    /// <param name="semitones">-12 to 12; above 0 is higher.</param>
    /// <param name="tempo">0.5 to 2; above 1 is faster and shorter.</param>
    /// <returns>As many samples as there were, divided by the tempo, to the nearest.</returns>
    /// <exception cref="ModelException">A value out of range, or librubberband is not installed.</exception>
    public static unsafe float[] Apply(ReadOnlySpan<float> samples, double semitones, double tempo)
    {
        if (!(semitones is >= -12 and <= 12))
        {
            throw new ModelException(
                Bounds.Sentence("pitch in semitones", Bounds.Text(semitones), Bounds.From(-12, 12)));
        }

        if (!(tempo is >= 0.5 and <= 2))
        {
            throw new ModelException(Bounds.Sentence("tempo", Bounds.Text(tempo), Bounds.From(0.5, 2)));
        }

        var output = new float[(int)Math.Round(samples.Length / tempo)];
        if (output.Length == 0)
        {
            return output;
        }

        using var stretcher = New(1 / tempo, Math.Pow(2, semitones / 12));
        RubberBandLibrary.SetExpectedInputDuration(stretcher, (uint)samples.Length);
        var done = 0;
        fixed (float* input = samples, target = output)
        {
            var place = input;
            RubberBandLibrary.Study(stretcher, &place, (uint)samples.Length, 1);
            for (var start = 0; start < samples.Length; start += BlockSamples)
            {
                place = input + start;
                var count = Math.Min(BlockSamples, samples.Length - start);
                RubberBandLibrary.Process(stretcher, &place, (uint)count, start + count == samples.Length ? 1 : 0);
                while (done < output.Length && RubberBandLibrary.Available(stretcher) is > 0 and var ready)
                {
                    var into = target + done;
                    var wanted = (uint)Math.Min(ready, output.Length - done);
                    done += (int)RubberBandLibrary.Retrieve(stretcher, &into, wanted);
                }
            }
        }

        return output;
    }

    private static SafeStretcherHandle New(double timeRatio, double pitchScale)
    {
        try
        {
            return RubberBandLibrary.New(
                StatedSampleRate,
                1,
                RubberBandLibrary.EngineFiner | RubberBandLibrary.WindowShort | RubberBandLibrary.FormantPreserved
                    | RubberBandLibrary.ThreadingNever,
                timeRatio,
                pitchScale);
        }
        catch (DllNotFoundException e)
        {
            throw new ModelException(
                "librubberband is not installed; install the package librubberband2, or train without changes of "
                + "prosody (--set bank.augmentation.prosodyProbability=0).",
                e);
        }
    }
}
