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
    private readonly int _half;
    private readonly LaneBuffer _real;
    private readonly LaneBuffer _imaginary;
    private readonly LaneBuffer _power;
    private readonly int[] _position;
    private readonly float[] _cosines;
    private readonly float[] _sines;
    private readonly float[] _unpackCosines;
    private readonly float[] _unpackSines;

    /// <param name="size">Points of the real transform: a power of two, at least 4.</param>
    public LanePowerSpectrum(int size)
    {
        _half = size / 2;
        _real = new LaneBuffer(_half);
        _imaginary = new LaneBuffer(_half);
        _power = new LaneBuffer(_half + 1);
        _position = new int[_half];
        for (var place = 0; place < _half; place++)
        {
            _position[Frequency(place, _half)] = place;
        }

        _cosines = new float[_half];
        _sines = new float[_half];
        _unpackCosines = new float[(_half / 2) + 1];
        _unpackSines = new float[(_half / 2) + 1];
        for (var k = 0; k < _half; k++)
        {
            (var sine, var cosine) = Math.SinCos(-2 * Math.PI * k / _half);
            (_cosines[k], _sines[k]) = ((float)cosine, (float)sine);
        }

        for (var k = 0; k < _unpackCosines.Length; k++)
        {
            (var sine, var cosine) = Math.SinCos(-2 * Math.PI * k / size);
            (_unpackCosines[k], _unpackSines[k]) = ((float)cosine, (float)sine);
        }
    }

    /// <summary>Even samples of the frames, N/2 of them; overwritten by <see cref="Transform"/>.</summary>
    public float* EvenSamples => _real.Values;

    /// <summary>Odd samples of the frames, N/2 of them; overwritten by <see cref="Transform"/>.</summary>
    public float* OddSamples => _imaginary.Values;

    /// <summary>Squared magnitudes at frequencies 0 to N/2 after <see cref="Transform"/>.</summary>
    public Vector<float>* Power => _power.Pointer;

    public void Transform()
    {
        var length = _half;
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
        var stride = _half / length;
        for (var j = 0; j < quarter; j++)
        {
            var c1 = new Vector<float>(_cosines[j * stride]);
            var s1 = new Vector<float>(_sines[j * stride]);
            var c2 = new Vector<float>(_cosines[2 * j * stride]);
            var s2 = new Vector<float>(_sines[2 * j * stride]);
            var c3 = new Vector<float>(_cosines[3 * j * stride]);
            var s3 = new Vector<float>(_sines[3 * j * stride]);
            for (var block = j; block < _half; block += length)
            {
                var re = _real.Pointer + block;
                var im = _imaginary.Pointer + block;
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
        for (var block = 0; block < _half; block += 2)
        {
            var re = _real.Pointer + block;
            var im = _imaginary.Pointer + block;
            (re[0], re[1]) = (re[0] + re[1], re[0] - re[1]);
            (im[0], im[1]) = (im[0] + im[1], im[0] - im[1]);
        }
    }

    /// <summary>X[k] = (Z[k] + Z*[M-k]) / 2 - i w^k (Z[k] - Z*[M-k]) / 2, squared, for k and M-k.</summary>
    [MethodImpl(Kernel.Compiled)]
    private void Unpack()
    {
        var re = _real.Pointer;
        var im = _imaginary.Pointer;
        var result = _power.Pointer;
        var first = re[0] + im[0];
        var last = re[0] - im[0];
        result[0] = first * first;
        result[_half] = last * last;
        var quarterScale = new Vector<float>(0.25f);
        for (var k = 1; k <= _half / 2; k++)
        {
            var here = _position[k];
            var there = _position[_half - k];
            var evenRe = re[here] + re[there];
            var evenIm = im[here] - im[there];
            var oddRe = im[here] + im[there];
            var oddIm = re[there] - re[here];
            var turnedRe = (oddRe * _unpackCosines[k]) - (oddIm * _unpackSines[k]);
            var turnedIm = (oddRe * _unpackSines[k]) + (oddIm * _unpackCosines[k]);
            var nearRe = evenRe + turnedRe;
            var nearIm = evenIm + turnedIm;
            var farRe = evenRe - turnedRe;
            var farIm = evenIm - turnedIm;
            result[k] = quarterScale * ((nearRe * nearRe) + (nearIm * nearIm));
            result[_half - k] = quarterScale * ((farRe * farRe) + (farIm * farIm));
        }
    }
}
