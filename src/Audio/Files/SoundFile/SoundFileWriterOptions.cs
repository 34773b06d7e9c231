namespace Speaker.Audio.Files.SoundFile;

/// <summary>How a file is encoded.</summary>
internal class SoundFileWriterOptions
{
    /// <summary>Quality of an encoder of variable rate, 0 (lowest) to 1; null is its own choice.</summary>
    public double? VbrQuality { get; set; }
}
