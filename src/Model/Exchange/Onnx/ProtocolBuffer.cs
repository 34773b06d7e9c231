using System.Buffers;
using System.Text;

namespace Speaker.Training.Exchange.Onnx;

/// <summary>Writes a message in the wire format of protocol buffers.</summary>
internal sealed class ProtocolBuffer
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int FourBytes = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public ProtocolBuffer Add(int field, long value)
    {
        Tag(field, Varint);
        Number((ulong)value);
        return this;
    }

    public ProtocolBuffer Add(int field, float value)
    {
        Tag(field, FourBytes);
        _bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public ProtocolBuffer Add(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, LengthDelimited);
        Number((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtocolBuffer Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    public ProtocolBuffer Add(int field, ProtocolBuffer value) => Add(field, value.ToArray());

    private void Tag(int field, int type) => Number((ulong)((field << 3) | type));

    private void Number(ulong value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
