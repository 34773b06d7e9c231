using System.Numerics;
using System.Runtime.CompilerServices;

namespace Speaker.Audio.Numerics;

/// <summary>
/// Power spectra of several real signals at once, one in each lane of the machine's vectors. A real transform of N
/// points is a complex one of N/2 (even samples real, odd samples imaginary) that is then unpacked. No lane ever meets
/// another, so a signal's numbers do not depend on how wide the vectors are. Not thread safe.
/// </summary>
internal sealed unsafe class LanePowerSpectrum
{
    private readonly int _half;
    private readonly FourierTransform _transform;
    private readonly AlignedBuffer _real;
    private readonly AlignedBuffer _imaginary;
    private readonly AlignedBuffer _power;
    private readonly float[] _cosines;
    private readonly float[] _sines;

    /// <param name="size">Points of the real transform: a power of two, at least 2.</param>
    public LanePowerSpectrum(int size)
    {
        _half = size / 2;
        _transform = new FourierTransform(_half, lanes: true);
        _real = new AlignedBuffer((long)_half * Vector<float>.Count);
        _imaginary = new AlignedBuffer((long)_half * Vector<float>.Count);
        _power = new AlignedBuffer((_half + 1L) * Vector<float>.Count);
        _cosines = new float[(_half / 2) + 1];
        _sines = new float[(_half / 2) + 1];
        for (var k = 0; k < _cosines.Length; k++)
        {
            var (sine, cosine) = Math.SinCos(-2 * Math.PI * k / size);
            (_cosines[k], _sines[k]) = ((float)cosine, (float)sine);
        }
    }

    /// <summary>Even samples of the signals, N/2 of them; overwritten by <see cref="Transform"/>.</summary>
    public Vector<float>* EvenSamples => (Vector<float>*)_real.Start;

    /// <summary>Odd samples of the signals, N/2 of them; overwritten by <see cref="Transform"/>.</summary>
    public Vector<float>* OddSamples => (Vector<float>*)_imaginary.Start;

    /// <summary>Squared magnitudes at frequencies 0 to N/2 after <see cref="Transform"/>.</summary>
    public Vector<float>* Power => (Vector<float>*)_power.Start;

    public void Transform()
    {
        _transform.Forward(_real.Start, _imaginary.Start);
        Unpack();
    }

    /// <summary>X[k] = (Z[k] + Z*[M-k]) / 2 - i w^k (Z[k] - Z*[M-k]) / 2, squared, for k and M-k.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Unpack()
    {
        var re = EvenSamples;
        var im = OddSamples;
        var result = Power;
        var first = re[0] + im[0];
        var last = re[0] - im[0];
        result[0] = first * first;
        result[_half] = last * last;
        var quarter = new Vector<float>(0.25f);
        for (var k = 1; k < _cosines.Length; k++)
        {
            var j = _half - k;
            var evenRe = re[k] + re[j];
            var evenIm = im[k] - im[j];
            var oddRe = im[k] + im[j];
            var oddIm = re[j] - re[k];
            var turnedRe = (oddRe * _cosines[k]) - (oddIm * _sines[k]);
            var turnedIm = (oddRe * _sines[k]) + (oddIm * _cosines[k]);
            var nearRe = evenRe + turnedRe;
            var nearIm = evenIm + turnedIm;
            var farRe = evenRe - turnedRe;
            var farIm = evenIm - turnedIm;
            result[k] = quarter * ((nearRe * nearRe) + (nearIm * nearIm));
            result[j] = quarter * ((farRe * farRe) + (farIm * farIm));
        }
    }
}
