using System.Numerics;
using Speaker.Model.Sampling;

namespace Speaker.Model.Augmentation;

/// <summary>
/// Puts a recording in another room, beside other sounds, behind another microphone and line. Everything drawn comes
/// from the stream passed in: the same stream gives the same samples.
/// </summary>
/// <remarks>Not thread safe: transforms and work arrays are reused. One instance, one thread; the bank is
/// shared.</remarks>
public sealed class WaveformAugmenter
{
    private readonly AugmentationOptions _options;
    private readonly SoundBank _bank;
    private readonly Convolver _convolver = new();
    private readonly ChannelFilter _channel = new();

    /// <exception cref="ModelException">An option out of range.</exception>
    public WaveformAugmenter(AugmentationOptions options, SoundBank bank)
    {
        options.Validate();
        _options = options;
        _bank = bank;
    }

    /// <param name="samples">16 kHz mono.</param>
    /// <param name="random">The stream that is drawn from.</param>
    /// <returns>As many samples, in [-1, 1].</returns>
    public float[] Apply(ReadOnlySpan<float> samples, SplitRandom random)
    {
        var output = random.Chance(_options.RoomProbability)
            ? _convolver.Apply(samples, DrawRoom(random))
            : samples.ToArray();
        if (_bank.Noises.Count > 0 && random.Chance(_options.NoiseProbability))
        {
            var noise = _bank.Noises[random.Next(_bank.Noises.Count)];
            AddClip(output, noise, Draw(_options.NoiseDecibels, random), random);
        }

        if (_bank.Speakers.Count > 0 && random.Chance(_options.BabbleProbability))
        {
            AddBabble(output, random);
        }

        if (random.Chance(_options.HissProbability))
        {
            AddClip(output, _bank.Hiss, Draw(_options.HissDecibels, random), random);
        }

        output = ThroughChannel(output, random);
        Level(output, random);
        return output;
    }

    private static double Draw(ValueRange range, SplitRandom random) => random.Uniform(range.Low, range.High);

    private float[] DrawRoom(SplitRandom random) =>
        _bank.Rooms.Count > 0 && random.Chance(_options.RecordedRoomShare)
            ? _bank.Rooms[random.Next(_bank.Rooms.Count)]
            : SimulatedRoom.Draw(
                Draw(_options.RoomSeconds, random), Draw(_options.DirectToReverberantDecibels, random), random);

    private void AddBabble(float[] output, SplitRandom random)
    {
        var babble = new float[output.Length];
        for (var voices = 3 + random.Next(4); voices > 0; voices--)
        {
            // Voices of one level each, wherever their recordings were levelled.
            var clip = _bank.Speakers[random.Next(_bank.Speakers.Count)];
            AddLooped(babble, clip, random.Next(Math.Max(1, clip.Length)), 1f / MathF.Sqrt(Power(clip) + 1e-10f));
        }

        Mix(output, babble, Draw(_options.BabbleDecibels, random));
    }

    private static void AddClip(float[] output, float[] clip, double decibels, SplitRandom random)
    {
        var noise = new float[output.Length];
        var slack = clip.Length - output.Length;
        AddLooped(noise, clip, random.Next(slack > 0 ? slack + 1 : clip.Length), 1);
        Mix(output, noise, decibels);
    }

    /// <summary>Adds noise so that the powers of speech and noise, over the whole, stand in this ratio.</summary>
    private static void Mix(float[] output, float[] noise, double decibels)
    {
        var power = Power(noise);
        if (power < 1e-12f)
        {
            return;
        }

        var gain = MathF.Sqrt(Power(output) / power) * (float)Math.Pow(10, -decibels / 20);
        AddLooped(output, noise, 0, gain);
    }

    private static void AddLooped(float[] output, float[] clip, int start, float gain)
    {
        if (clip.Length == 0)
        {
            return;
        }

        var place = start;
        for (var i = 0; i < output.Length;)
        {
            var count = Math.Min(output.Length - i, clip.Length - place);
            for (var j = 0; j < count; j++)
            {
                output[i + j] += gain * clip[place + j];
            }

            i += count;
            place = 0;
        }
    }

    private float[] ThroughChannel(float[] samples, SplitRandom random)
    {
        var response = ChannelFilter.Flat();
        var changed = false;
        if (random.Chance(_options.EqualiserProbability))
        {
            ChannelFilter.Equalise(response, _options.EqualiserDecibels, random);
            changed = true;
        }

        var band = random.NextDouble();
        if (band < _options.TelephoneProbability)
        {
            ChannelFilter.Band(response, random.Uniform(50, 350), 4, random.Uniform(3000, 3600), 20);
            return ThroughTelephone(Filter(samples, response), random);
        }

        if (band < _options.TelephoneProbability + _options.LowPassProbability)
        {
            ChannelFilter.Band(response, 0, 1, Draw(_options.LowPassHertz, random), 15);
            changed = true;
        }

        return changed ? Filter(samples, response) : samples;
    }

    /// <summary>Samples whose band already ends below 4 kHz, at 8 kHz through µ-law and back to 16 kHz.</summary>
    private float[] ThroughTelephone(float[] samples, SplitRandom random)
    {
        if (!random.Chance(_options.MuLawShare))
        {
            return samples;
        }

        // A line is driven at a fair level; µ-law's noise follows the level from there down.
        var gain = (float)Math.Pow(10, -random.Uniform(1, 15) / 20) / (Peak(samples) + 1e-9f);
        var narrow = new float[(samples.Length + 1) / 2];
        for (var i = 0; i < narrow.Length; i++)
        {
            narrow[i] = samples[2 * i] * gain;
        }

        MuLaw.Apply(narrow);
        var wide = new float[samples.Length];
        for (var i = 0; i < narrow.Length; i++)
        {
            wide[2 * i] = 2 * narrow[i];
        }

        var response = ChannelFilter.Flat();
        ChannelFilter.Band(response, 0, 1, 3700, 30);
        return Filter(wide, response);
    }

    private float[] Filter(float[] samples, float[] response) =>
        _convolver.Apply(samples, _channel.Design(response), ChannelFilter.Taps / 2);

    private void Level(float[] samples, SplitRandom random)
    {
        var peak = Peak(samples);
        var level = (float)Math.Pow(10, Draw(_options.PeakDecibels, random) / 20);
        // Clipping cuts at a share of the peak, then the level is set as without.
        var limit = random.Chance(_options.ClippingProbability) ? (float)random.Uniform(0.2, 0.8) * peak : peak;
        if (limit < 1e-9f)
        {
            return;
        }

        var gain = level / limit;
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = Math.Clamp(samples[i], -limit, limit) * gain;
        }
    }

    private static float Power(ReadOnlySpan<float> samples)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i <= samples.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var part = new Vector<float>(samples[i..]);
            sum += part * part;
        }

        var total = Vector.Sum(sum);
        for (; i < samples.Length; i++)
        {
            total += samples[i] * samples[i];
        }

        return samples.Length == 0 ? 0 : total / samples.Length;
    }

    private static float Peak(ReadOnlySpan<float> samples)
    {
        var peak = 0f;
        foreach (var sample in samples)
        {
            peak = MathF.Max(peak, MathF.Abs(sample));
        }

        return peak;
    }
}
