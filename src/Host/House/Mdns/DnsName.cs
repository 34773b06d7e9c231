namespace Speaker.Host.House.Mdns;

/// <summary>A name of the domain name system: labels, which may have dots and spaces in them where they name a service
/// (RFC 6763, section 4.3). Case does not count (RFC 6762, section 16).</summary>
internal sealed class DnsName(params string[] labels) : IEquatable<DnsName>
{
    /// <summary>Longest label, in bytes of UTF-8 (RFC 1035, section 2.3.4).</summary>
    public const int LongestLabel = 63;

    /// <summary>Longest name, in bytes as it is sent.</summary>
    public const int LongestName = 255;

    public IReadOnlyList<string> Labels => labels;

    /// <summary>A name below another.</summary>
    public static DnsName Below(string label, DnsName parent) => new([label, .. parent.Labels]);

    public bool Equals(DnsName? other) =>
        other is not null && labels.SequenceEqual(other.Labels, StringComparer.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => Equals(obj as DnsName);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var label in labels)
        {
            hash.Add(label, StringComparer.OrdinalIgnoreCase);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join('.', labels);
}
