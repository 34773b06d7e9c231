using System.Collections.Immutable;

namespace Speaker.Host.Live;

/// <summary>What a display of a live verification shows at one moment.</summary>
/// <param name="Speaker">Who the voice claims to be.</param>
/// <param name="MostSeconds">That are listened to; infinite: to the end of the sound.</param>
internal sealed record LiveView(string Speaker, double MostSeconds)
{
    /// <summary>More than any terminal is wide.</summary>
    private const int KeptLooks = 512;

    /// <summary>Heard so far.</summary>
    public double Seconds { get; init; }

    /// <summary>Of the last block, dB of full scale; null: digital silence.</summary>
    public double? Level { get; init; }

    /// <summary>The last one; null before the first.</summary>
    public LiveLook? Look { get; init; }

    /// <summary>The decisions of the last looks.</summary>
    public ImmutableList<Decision> Course { get; init; } = [];

    /// <summary>What happened to the device last; null: nothing.</summary>
    public string? Notice { get; init; }

    public LiveView With(LiveLook look) => this with
    {
        Look = look,
        Course = (Course.Count < KeptLooks ? Course : Course.RemoveAt(0)).Add(look.State.SoFar),
    };
}
