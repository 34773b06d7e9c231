namespace Speaker.Audio;

/// <summary>Something that happened to a capture device while it was captured.</summary>
/// <param name="Incident">For programs.</param>
/// <param name="Message">For people, without a full stop.</param>
internal sealed record CaptureNotice(CaptureIncident Incident, string Message);
