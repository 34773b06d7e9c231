namespace Speaker;

/// <summary>What is the matter with a store.</summary>
public enum StoreProblem
{
    /// <summary>Reading, writing or connecting failed.</summary>
    Failed,

    /// <summary>It holds voiceprints of another model than the one in use.</summary>
    OtherModel,

    /// <summary>Another process held it for too long; trying again may help.</summary>
    InUse,

    /// <summary>There is no space left.</summary>
    Full,

    /// <summary>It is not a store of voiceprints.</summary>
    NotAStore,

    /// <summary>It was written by a newer version.</summary>
    NewerVersion,

    /// <summary>It is damaged.</summary>
    Damaged,

    /// <summary>It may not be opened or written.</summary>
    NotPermitted,

    /// <summary>Voiceprints in it are sealed, and the key is not given; or the keys cannot be read.</summary>
    KeyMissing,
}
