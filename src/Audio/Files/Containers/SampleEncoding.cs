namespace Speaker.Audio.Files.Containers;

/// <summary>How a sample of a WAV or AIFF file that is not compressed, or by G.711 only, lies in its bytes.</summary>
internal enum SampleEncoding
{
    Unsigned8,
    Signed8,
    Signed16,
    Signed24,
    Signed32,
    Float32,
    Float64,

    /// <summary>ITU-T G.711, A-law.</summary>
    ALaw,

    /// <summary>ITU-T G.711, µ-law.</summary>
    MuLaw,
}
