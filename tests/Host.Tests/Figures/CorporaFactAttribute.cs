namespace Speaker.Host.Tests.Figures;

/// <summary>
/// A measurement over recordings that the repository does not hold: <c>SPEAKER_CORPORA</c> names a folder with
/// manifest.csv and noise/. It prints figures for docs/audio-quality.md; without the folder it is skipped.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorporaFactAttribute : FactAttribute
{
    public CorporaFactAttribute()
    {
        if (Folder is null)
        {
            Skip = "SPEAKER_CORPORA is not set";
        }
    }

    public static string? Folder { get; } = Environment.GetEnvironmentVariable("SPEAKER_CORPORA");
}
