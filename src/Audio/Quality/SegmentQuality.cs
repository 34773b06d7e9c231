namespace Speaker.Audio.Quality;

/// <summary>The quality of one segment of a recording, with its seconds as weights.</summary>
internal sealed record SegmentQuality(AudioQuality Quality, double TotalSeconds, double SpeechSeconds);
