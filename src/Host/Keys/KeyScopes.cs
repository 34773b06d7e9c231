namespace Speaker.Host.Keys;

/// <summary>What a key may do.</summary>
[Flags]
internal enum KeyScopes
{
    /// <summary>Nothing but to see the metrics.</summary>
    None = 0,

    /// <summary>Add recordings to a speaker.</summary>
    Enrol = 1,

    /// <summary>Verify a claimed speaker, and compare two recordings.</summary>
    Verify = 2,

    /// <summary>Find out who is speaking.</summary>
    Identify = 4,

    /// <summary>List, show and remove speakers, export and import voiceprints.</summary>
    Admin = 8,
}
