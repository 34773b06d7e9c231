using System.Buffers.Binary;
using System.Text;

namespace Speaker.Enrolment.Protection;

/// <summary>Which of a row's values is sealed.</summary>
internal enum TemplateColumn : byte
{
    Embedding = 1,

    /// <summary>The outline of the recording.</summary>
    Fingerprint = 2,
}

/// <summary>Where a sealed value belongs. It opens nowhere else: not as another speaker's, another model's, another tenant's
/// or another column's.</summary>
/// <param name="Speaker">In form C of Unicode.</param>
/// <param name="ModelHash">Of the model that made the embedding.</param>
/// <param name="Column">Of the row.</param>
internal readonly record struct TemplatePlace(string Speaker, string ModelHash, TemplateColumn Column)
{
    /// <summary>Version of what is sealed and how.</summary>
    private const byte Format = 1;

    /// <summary>The associated data: format, column, and the texts, each after its length, so that no two places have the
    /// same.</summary>
    /// <param name="tenant">Whose store it is; empty for the only one.</param>
    public byte[] Associated(string tenant)
    {
        var data = new byte[2 + (3 * sizeof(int)) + Encoding.UTF8.GetByteCount(tenant)
            + Encoding.UTF8.GetByteCount(Speaker) + Encoding.UTF8.GetByteCount(ModelHash)];
        data[0] = Format;
        data[1] = (byte)Column;
        Append(Append(Append(data.AsSpan(2), tenant), Speaker), ModelHash);
        return data;

        static Span<byte> Append(Span<byte> rest, string text)
        {
            var written = Encoding.UTF8.GetBytes(text, rest[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(rest, written);
            return rest[(sizeof(int) + written)..];
        }
    }
}
