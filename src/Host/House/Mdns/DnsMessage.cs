using System.Buffers.Binary;
using System.Text;

namespace Speaker.Host.House.Mdns;

/// <summary>A message of the domain name system as multicast DNS has it (RFC 1035, section 4; RFC 6762, section
/// 18).</summary>
/// <param name="Id">0 but for who asks from another port than 5353.</param>
/// <param name="IsResponse">Whether it answers.</param>
/// <param name="Questions">What is asked.</param>
/// <param name="Answers">What is answered; of a question what is known already.</param>
/// <param name="Additional">What will be asked next.</param>
internal sealed record DnsMessage(
    ushort Id,
    bool IsResponse,
    IReadOnlyList<DnsQuestion> Questions,
    IReadOnlyList<DnsRecord> Answers,
    IReadOnlyList<DnsRecord> Additional)
{
    private const int HeaderLength = 12;
    private const int MostEntries = 128;
    private const ushort Response = 0x8400;
    private const ushort TopBit = 0x8000;
    private const ushort Internet = 1;

    // Strict: bytes that are no text are no name of ours.
    private static readonly UTF8Encoding Utf8 = new(false, true);

    /// <summary>Reads questions and answers of a message; null where it is none, or nothing that concerns a
    /// responder.</summary>
    /// <param name="message">At most what one packet holds.</param>
    public static DnsMessage? Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength)
        {
            return null;
        }

        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        var questionCount = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        var answerCount = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        // Operation and response code have to be 0 (RFC 6762, section 18.3 and 18.11).
        if ((flags & 0x780F) != 0 || questionCount > MostEntries || answerCount > MostEntries)
        {
            return null;
        }

        var place = HeaderLength;
        var questions = new List<DnsQuestion>();
        for (var i = 0; i < questionCount; i++)
        {
            if (ReadName(message, ref place) is not { } name || place + 4 > message.Length)
            {
                return null;
            }

            var type = BinaryPrimitives.ReadUInt16BigEndian(message[place..]);
            var kind = BinaryPrimitives.ReadUInt16BigEndian(message[(place + 2)..]);
            place += 4;
            if ((kind & ~TopBit) is Internet or (ushort)DnsType.Any)
            {
                questions.Add(new DnsQuestion(name, (DnsType)type, (kind & TopBit) != 0));
            }
        }

        var answers = new List<DnsRecord>();
        for (var i = 0; i < answerCount; i++)
        {
            if (ReadRecord(message, ref place) is not { } record)
            {
                return null;
            }

            answers.Add(record);
        }

        return new DnsMessage(
            BinaryPrimitives.ReadUInt16BigEndian(message), (flags & TopBit) != 0, questions, answers, []);
    }

    /// <summary>The message as it is sent.</summary>
    public byte[] ToBytes()
    {
        var bytes = new List<byte>(512);
        AddNumber(bytes, Id);
        AddNumber(bytes, IsResponse ? Response : (ushort)0);
        AddNumber(bytes, (ushort)Questions.Count);
        AddNumber(bytes, (ushort)Answers.Count);
        AddNumber(bytes, 0);
        AddNumber(bytes, (ushort)Additional.Count);
        foreach (var question in Questions)
        {
            bytes.AddRange(Encode(question.Name));
            AddNumber(bytes, (ushort)question.Type);
            AddNumber(bytes, (ushort)(Internet | (question.WantsUnicast ? TopBit : 0)));
        }

        foreach (var record in Answers.Concat(Additional))
        {
            bytes.AddRange(Encode(record.Name));
            AddNumber(bytes, (ushort)record.Type);
            AddNumber(bytes, (ushort)(Internet | (record.IsUnique ? TopBit : 0)));
            AddNumber(bytes, (ushort)(record.Seconds >> 16));
            AddNumber(bytes, (ushort)record.Seconds);
            AddNumber(bytes, (ushort)record.Data.Length);
            bytes.AddRange(record.Data);
        }

        return [.. bytes];
    }

    /// <summary>A name as it is sent, not compressed.</summary>
    public static byte[] Encode(DnsName name)
    {
        var bytes = new List<byte>();
        foreach (var label in name.Labels)
        {
            var text = Utf8.GetBytes(label);
            bytes.Add((byte)text.Length);
            bytes.AddRange(text);
        }

        return [.. bytes, 0];
    }

    private static DnsRecord? ReadRecord(ReadOnlySpan<byte> message, ref int place)
    {
        if (ReadName(message, ref place) is not { } name || place + 10 > message.Length)
        {
            return null;
        }

        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[place..]);
        var kind = BinaryPrimitives.ReadUInt16BigEndian(message[(place + 2)..]);
        var seconds = BinaryPrimitives.ReadUInt32BigEndian(message[(place + 4)..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(message[(place + 8)..]);
        place += 10;
        if (place + length > message.Length)
        {
            return null;
        }

        var data = message.Slice(place, length).ToArray();
        if (type == DnsType.Pointer)
        {
            // It may be compressed; what is compared is not.
            var inside = place;
            if (ReadName(message, ref inside) is not { } target)
            {
                return null;
            }

            data = Encode(target);
        }

        place += length;
        return new DnsRecord(name, type, (kind & TopBit) != 0, seconds, data);
    }

    /// <summary>Reads a name with its references to earlier ones (RFC 1035, section 4.1.4). Each has to lie before the
    /// last, so that none goes round.</summary>
    /// <param name="message">The whole message.</param>
    /// <param name="place">Where it begins; then what follows it.</param>
    private static DnsName? ReadName(ReadOnlySpan<byte> message, ref int place)
    {
        var labels = new List<string>();
        var length = 1;
        var at = place;
        var earliest = place;
        var isReferred = false;
        while (at < message.Length)
        {
            int first = message[at];
            if (first == 0)
            {
                place = isReferred ? place : at + 1;
                return new DnsName([.. labels]);
            }

            if ((first & 0xC0) == 0xC0)
            {
                if (at + 1 >= message.Length)
                {
                    return null;
                }

                var target = ((first & 0x3F) << 8) | message[at + 1];
                if (target >= earliest)
                {
                    return null;
                }

                place = isReferred ? place : at + 2;
                isReferred = true;
                (at, earliest) = (target, target);
                continue;
            }

            length += first + 1;
            if (first > DnsName.LongestLabel || length > DnsName.LongestName || at + 1 + first > message.Length)
            {
                return null;
            }

            try
            {
                labels.Add(Utf8.GetString(message.Slice(at + 1, first)));
            }
            catch (DecoderFallbackException)
            {
                return null;
            }

            at += first + 1;
        }

        return null;
    }

    private static void AddNumber(List<byte> bytes, ushort number)
    {
        bytes.Add((byte)(number >> 8));
        bytes.Add((byte)number);
    }
}
