namespace Speaker.Inference;

/// <summary>The orthonormal DCT-II that makes cepstra of log mel bands, all of them kept.</summary>
internal static class CosineTransform
{
    /// <summary>Its transpose, which is its inverse.</summary>
    /// <param name="bands">And as many cepstra.</param>
    /// <returns>[bands, cepstra] row by row: it times cepstra is bands; a row of bands times it is cepstra.</returns>
    public static float[] Transpose(int bands)
    {
        var values = new float[bands * bands];
        for (var band = 0; band < bands; band++)
        {
            for (var k = 0; k < bands; k++)
            {
                values[(band * bands) + k] = (float)(Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands)
                    * Math.Cos(Math.PI * k * (band + 0.5) / bands));
            }
        }

        return values;
    }
}
