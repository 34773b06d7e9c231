using TorchSharp;

namespace Speaker.Model.Encoding;

/// <summary>
/// Turns cepstra back into a log-mel spectrum: the inverse of the orthonormal DCT-II, with the coefficients that the
/// front end dropped taken as zero. Fixed, not learnt, and no part of the weights.
/// </summary>
internal sealed class InverseCosineTransform
{
    private readonly float[] _basis;
    private readonly long[] _shape;

    public InverseCosineTransform(int coefficients, int bands)
    {
        _shape = [bands, coefficients];
        _basis = new float[bands * coefficients];
        for (var band = 0; band < bands; band++)
            for (var k = 0; k < coefficients; k++)
                _basis[(band * coefficients) + k] = (float)(Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands)
                    * Math.Cos(Math.PI * k * (band + 0.5) / bands));
    }

    /// <param name="cepstra">[B, C, T].</param>
    /// <returns>[B, 1, bands, T].</returns>
    public torch.Tensor Apply(torch.Tensor cepstra)
    {
        using var scope = torch.NewDisposeScope();
        // Made anew each time: a tensor kept in a field would be a weight, and stay behind when the module moves.
        var basis = torch.tensor(_basis, _shape).to(cepstra.device);
        return basis.matmul(cepstra).unsqueeze(1).MoveToOuterDisposeScope();
    }
}
