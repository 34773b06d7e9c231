using NAudio.SoundFile;
using NAudio.Wave;
using NAudio.Wave.Alsa;
using NWaves.FeatureExtractors;

namespace Speaker.Compat.Tests;

/// <summary>
/// The public names of the stand-ins, member by member. Against the stand-ins the list must be exactly theirs; built
/// against the packages, every name on it must be in them.
/// </summary>
public class NAudioSurfaceTests
{
    [Fact]
    public void NAudio_PublicNames_AreTheListed() => PublicSurface.Check(
        "NAudio.surface.txt", "NAudio.Compat", [typeof(ISampleProvider), typeof(SoundFileReader), typeof(AlsaIn)]);

    [Fact]
    public void NWaves_PublicNames_AreTheListed() =>
        PublicSurface.Check("NWaves.surface.txt", "NWaves.Compat", [typeof(MfccExtractor)]);
}
