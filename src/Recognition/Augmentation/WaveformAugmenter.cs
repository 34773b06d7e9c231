using System.Numerics;
using Speaker.Numerics;

namespace Speaker.Augmentation;

/// <summary>
/// Puts a recording in another mood and another room, beside other sounds, behind another microphone and line.
/// Everything drawn comes from the stream passed in: the same stream gives the same samples.
/// </summary>
/// <remarks>Not thread safe: transforms and work arrays are reused. One instance, one thread; the bank is
/// shared.</remarks>
internal sealed class WaveformAugmenter
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
    /// <returns>In [-1, 1], as many samples; where the prosody was changed, as many divided by the tempo.</returns>
    public float[] Apply(ReadOnlySpan<float> samples, SplitRandom random)
    {
        var output = random.Chance(_options.ProsodyProbability) ? ChangeProsody(samples, random) : samples.ToArray();
        if (random.Chance(_options.RoomProbability))
        {
            output = InRoom(output, random);
        }

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

    private float[] ChangeProsody(ReadOnlySpan<float> samples, SplitRandom random)
    {
        var semitones = Draw(_options.PitchSemitones, random);
        var (slowest, fastest) = _options.TempoRatio;
        var tempo = Math.Exp(random.Uniform(Math.Log(slowest), Math.Log(fastest)));
        return ProsodyChange.Apply(samples, random.Chance(0.5) ? semitones : -semitones, tempo);
    }

    private float[] InRoom(float[] samples, SplitRandom random) =>
        _bank.Rooms.Count > 0 && random.Chance(_options.RecordedRoomShare)
            ? _convolver.Apply(samples, _bank.Rooms[random.Next(_bank.Rooms.Count)])
            : _convolver.Apply(samples, ImageMethod.Response(ShoeboxRoom.Draw(_options, random)), ImageMethod.Lead);

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
        var telephone = band < _options.TelephoneProbability;
        if (telephone)
        {
            ChannelFilter.Band(response, random.Uniform(50, 350), 4, random.Uniform(3000, 3600), 20);
        }
        else if (band < _options.TelephoneProbability + _options.LowPassProbability)
        {
            ChannelFilter.Band(response, 0, 1, Draw(_options.LowPassHertz, random), 15);
            changed = true;
        }

        var output = changed || telephone ? Filter(samples, response) : samples;
        if (telephone)
        {
            output = ThroughLine(output, random);
        }

        return random.Chance(_options.CodecProbability) ? Stored(output, random) : output;
    }

    /// <summary>Samples whose band already ends below 4 kHz, at 8 kHz through the line's codec and back.</summary>
    private float[] ThroughLine(float[] samples, SplitRandom random)
    {
        var line = random.NextDouble();
        var (muLaw, gsm) = (line < _options.MuLawShare, line >= 1 - _options.GsmShare);
        if (!muLaw && !gsm)
        {
            return samples;
        }

        var gain = LineGain(samples, random);
        var narrow = new float[(samples.Length + 1) / 2];
        for (var i = 0; i < narrow.Length; i++)
        {
            narrow[i] = samples[2 * i] * gain;
        }

        if (muLaw)
        {
            MuLaw.Apply(narrow);
        }
        else
        {
            narrow = CodecRoundTrip.Apply(narrow, 8000, SoundCodec.Gsm, 0);
        }

        var wide = new float[samples.Length];
        for (var i = 0; i < narrow.Length; i++)
        {
            wide[2 * i] = 2 * narrow[i];
        }

        var response = ChannelFilter.Flat();
        ChannelFilter.Band(response, 0, 1, 3700, 30);
        return Filter(wide, response);
    }

    /// <summary>In place and back through the encoder of a file.</summary>
    private float[] Stored(float[] samples, SplitRandom random)
    {
        var codec = random.Chance(_options.OpusShare) ? SoundCodec.Opus : SoundCodec.Vorbis;
        var gain = LineGain(samples, random);
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] *= gain;
        }

        return CodecRoundTrip.Apply(samples, 16000, codec, Draw(_options.CodecQuality, random));
    }

    /// <summary>
    /// A line is driven at a fair level, 1 to 15 dB below full scale: the noise of its codec follows from there.
    /// </summary>
    private static float LineGain(float[] samples, SplitRandom random) =>
        (float)Math.Pow(10, -random.Uniform(1, 15) / 20) / (Peak(samples) + 1e-9f);

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
