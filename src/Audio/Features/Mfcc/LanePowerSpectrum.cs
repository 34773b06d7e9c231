using System.Numerics;
using System.Runtime.CompilerServices;

namespace Speaker.Audio.Features.Mfcc;

/// <summary>
/// Power spectra of several real frames at once, one frame in each lane of the vectors. A real transform of N points
/// is a complex one of N/2 (even samples real, odd samples imaginary), done in place by decimation in frequency,
/// radix 4 with one radix-2 stage where N/2 is not a power of four; its digit-reversed output is put right by the
/// table with which the spectrum is unpacked. No lane ever meets another, so a frame's numbers do not depend on how
/// wide the machine's vectors are.
/// </summary>
internal sealed unsafe class LanePowerSpectrum
{
    private readonly int half;
    private readonly LaneBuffer real;
    private readonly LaneBuffer imaginary;
    private readonly LaneBuffer power;
    private readonly int[] position;
    private readonly float[] cosines;
    private readonly float[] sines;
    private readonly float[] unpackCosines;
    private readonly float[] unpackSines;

    /// <param name="size">Points of the real transform: a power of two, at least 4.</param>
    public LanePowerSpectrum(int size)
    {
        half = size / 2;
        real = new LaneBuffer(half);
        imaginary = new LaneBuffer(half);
        power = new LaneBuffer(half + 1);
        position = new int[half];
        for (var place = 0; place < half; place++)
        {
            position[Frequency(place, half)] = place;
        }

        cosines = new float[half];
        sines = new float[half];
        unpackCosines = new float[(half / 2) + 1];
        unpackSines = new float[(half / 2) + 1];
        for (var k = 0; k < half; k++)
        {
            (var sine, var cosine) = Math.SinCos(-2 * Math.PI * k / half);
            (cosines[k], sines[k]) = ((float)cosine, (float)sine);
        }

        for (var k = 0; k < unpackCosines.Length; k++)
        {
            (var sine, var cosine) = Math.SinCos(-2 * Math.PI * k / size);
            (unpackCosines[k], unpackSines[k]) = ((float)cosine, (float)sine);
        }
    }

    /// <summary>Even samples of the frames, N/2 of them; overwritten by <see cref="Transform"/>.</summary>
    public float* EvenSamples => real.Values;

    /// <summary>Odd samples of the frames, N/2 of them; overwritten by <see cref="Transform"/>.</summary>
    public float* OddSamples => imaginary.Values;

    /// <summary>Squared magnitudes at frequencies 0 to N/2 after <see cref="Transform"/>.</summary>
    public Vector<float>* Power => power.Pointer;

    public void Transform()
    {
        var length = half;
        for (; length >= 4; length /= 4)
        {
            RadixFour(length);
        }

        if (length == 2)
        {
            RadixTwo();
        }

        Unpack();
    }

    /// <summary>Which frequency decimation leaves at a place of a block.</summary>
    private static int Frequency(int place, int length)
    {
        if (length <= 2)
        {
            return place;
        }

        var quarter = length / 4;
        return (place / quarter) + (4 * Frequency(place % quarter, quarter));
    }

    [MethodImpl(Kernel.Compiled)]
    private void RadixFour(int length)
    {
        var quarter = length / 4;
        var stride = half / length;
        for (var j = 0; j < quarter; j++)
        {
            var c1 = new Vector<float>(cosines[j * stride]);
            var s1 = new Vector<float>(sines[j * stride]);
            var c2 = new Vector<float>(cosines[2 * j * stride]);
            var s2 = new Vector<float>(sines[2 * j * stride]);
            var c3 = new Vector<float>(cosines[3 * j * stride]);
            var s3 = new Vector<float>(sines[3 * j * stride]);
            for (var block = j; block < half; block += length)
            {
                var re = real.Pointer + block;
                var im = imaginary.Pointer + block;
                var sumRe = re[0] + re[2 * quarter];
                var sumIm = im[0] + im[2 * quarter];
                var differenceRe = re[0] - re[2 * quarter];
                var differenceIm = im[0] - im[2 * quarter];
                var otherSumRe = re[quarter] + re[3 * quarter];
                var otherSumIm = im[quarter] + im[3 * quarter];
                var otherDifferenceRe = re[quarter] - re[3 * quarter];
                var otherDifferenceIm = im[quarter] - im[3 * quarter];
                re[0] = sumRe + otherSumRe;
                im[0] = sumIm + otherSumIm;
                Rotate(differenceRe + otherDifferenceIm, differenceIm - otherDifferenceRe, c1, s1, re + quarter,
                    im + quarter);
                Rotate(sumRe - otherSumRe, sumIm - otherSumIm, c2, s2, re + (2 * quarter), im + (2 * quarter));
                Rotate(differenceRe - otherDifferenceIm, differenceIm + otherDifferenceRe, c3, s3,
                    re + (3 * quarter), im + (3 * quarter));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Rotate(
        Vector<float> re, Vector<float> im, Vector<float> cosine, Vector<float> sine, Vector<float>* toRe,
        Vector<float>* toIm)
    {
        *toRe = (re * cosine) - (im * sine);
        *toIm = (re * sine) + (im * cosine);
    }

    [MethodImpl(Kernel.Compiled)]
    private void RadixTwo()
    {
        for (var block = 0; block < half; block += 2)
        {
            var re = real.Pointer + block;
            var im = imaginary.Pointer + block;
            (re[0], re[1]) = (re[0] + re[1], re[0] - re[1]);
            (im[0], im[1]) = (im[0] + im[1], im[0] - im[1]);
        }
    }

    /// <summary>X[k] = (Z[k] + Z*[M-k]) / 2 - i w^k (Z[k] - Z*[M-k]) / 2, squared, for k and M-k.</summary>
    [MethodImpl(Kernel.Compiled)]
    private void Unpack()
    {
        var re = real.Pointer;
        var im = imaginary.Pointer;
        var result = power.Pointer;
        var first = re[0] + im[0];
        var last = re[0] - im[0];
        result[0] = first * first;
        result[half] = last * last;
        var quarterScale = new Vector<float>(0.25f);
        for (var k = 1; k <= half / 2; k++)
        {
            var here = position[k];
            var there = position[half - k];
            var evenRe = re[here] + re[there];
            var evenIm = im[here] - im[there];
            var oddRe = im[here] + im[there];
            var oddIm = re[there] - re[here];
            var turnedRe = (oddRe * unpackCosines[k]) - (oddIm * unpackSines[k]);
            var turnedIm = (oddRe * unpackSines[k]) + (oddIm * unpackCosines[k]);
            var nearRe = evenRe + turnedRe;
            var nearIm = evenIm + turnedIm;
            var farRe = evenRe - turnedRe;
            var farIm = evenIm - turnedIm;
            result[k] = quarterScale * ((nearRe * nearRe) + (nearIm * nearIm));
            result[half - k] = quarterScale * ((farRe * farRe) + (farIm * farIm));
        }
    }
}
