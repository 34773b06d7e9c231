namespace Speaker.Host.Tests.Figures;

/// <summary>A measurement that says nothing where the machine has other work: it prints figures for the documentation
/// where
/// <c>SPEAKER_FIGURES</c> is set, and is skipped otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FigureFactAttribute : FactAttribute
{
    public FigureFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("SPEAKER_FIGURES") is null)
        {
            Skip = "SPEAKER_FIGURES is not set";
        }
    }
}
