namespace Speaker.Metrics;

/// <summary>
/// The quantile of the standard normal distribution. On its scale the rates of two Gaussian kinds of score lie on a
/// straight line, and small rates are told apart (Martin et al., "The DET curve in assessment of detection task
/// performance", 1997).
/// </summary>
internal static class Probit
{
    /// <summary>Rates nearer to 0 or 1 than this are taken as this: 0 has no place on the scale.</summary>
    public const double Smallest = 1e-9;

    /// <summary>
    /// x with Phi(x) = rate, to 1e-14 relative (Wichura, "Algorithm AS 241: the percentage points of the normal
    /// distribution", 1988).
    /// </summary>
    /// <param name="rate">0 to 1; what is not a number stays so.</param>
    public static double Of(double rate)
    {
        var clipped = Math.Clamp(rate, Smallest, 1 - Smallest);
        var centre = clipped - 0.5;
        if (Math.Abs(centre) <= 0.425)
        {
            var r = 0.180625 - (centre * centre);
            return centre * Ratio(r, Middle.Over, Middle.Under);
        }

        var tail = Math.Sqrt(-Math.Log(Math.Min(clipped, 1 - clipped)));
        var quantile = Ratio(tail - 1.6, Outer.Over, Outer.Under);
        return centre < 0 ? -quantile : quantile;
    }

    private static readonly (double[] Over, double[] Under) Middle = (
        [
            3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
            4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
        ],
        [
            1, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
            3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
        ]);

    private static readonly (double[] Over, double[] Under) Outer = (
        [
            1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
            1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
        ],
        [
            1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
            1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
            1.05075007164441684324e-9,
        ]);

    /// <summary>The quotient of two polynomials, coefficients from the constant on.</summary>
    private static double Ratio(double x, double[] over, double[] under) => Value(x, over) / Value(x, under);

    private static double Value(double x, double[] coefficients)
    {
        var sum = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return sum;
    }
}
