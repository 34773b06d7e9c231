namespace Speaker;

/// <summary>The audit log of a store. Changes are always in it.</summary>
public sealed class AuditOptions
{
    /// <summary>Write every answer of a verification and an identification into it, too. An answer is then given when it is
    /// on the disk.</summary>
    public bool Decisions { get; set; }
}
