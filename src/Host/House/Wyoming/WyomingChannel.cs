using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;

namespace Speaker.Host.House.Wyoming;

/// <summary>
/// Events over a connection. Each is a line of JSON, {type, data?, data_length?, payload_length?}, then data_length
/// bytes of JSON whose members replace those of data, then payload_length bytes (github.com/rhasspy/wyoming, README).
/// No length is believed before it is held against its bound.
/// </summary>
/// <remarks>One may read while another writes. What a read that was given up holds of the pool of buffers is left to
/// the collector.</remarks>
/// <param name="stream">The connection; it stays the caller's.</param>
/// <param name="limits">Of what is read.</param>
internal sealed class WyomingChannel(Stream stream, WyomingLimits limits)
{
    // What JSON leaves open, and two readers may take differently, is refused.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly PipeReader _reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    /// <summary>Reads the next event.</summary>
    /// <returns>Null at the end of the connection.</returns>
    /// <exception cref="WyomingException">It is none, longer than it may be, or cut off.</exception>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async Task<WyomingEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ReadHeaderAsync(cancellationToken) is not { } header)
        {
            return null;
        }

        if (header["type"] is not JsonValue named || !named.TryGetValue<string>(out var type))
        {
            throw new WyomingException("an event has no type");
        }

        var data = header["data"] switch
        {
            null => [],
            JsonObject own => (JsonObject)own.DeepClone(),
            _ => throw new WyomingException("data of an event is no object"),
        };
        var dataLength = Length(header, "data_length", limits.DataBytes, nameof(HouseOptions.MaximumDataBytes));
        var payloadLength = Length(
            header, "payload_length", limits.PayloadBytes, nameof(HouseOptions.MaximumPayloadBytes));
        if (dataLength > 0)
        {
            foreach (var (name, value) in Parse(await ReadExactlyAsync(dataLength, cancellationToken), "data"))
            {
                data[name] = value?.DeepClone();
            }
        }

        return new WyomingEvent(type, data, await ReadExactlyAsync(payloadLength, cancellationToken));
    }

    /// <summary>Writes an event.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async Task WriteAsync(WyomingEvent written, CancellationToken cancellationToken) =>
        await stream.WriteAsync(Encode(written), cancellationToken);

    private static ReadOnlyMemory<byte> Encode(WyomingEvent written)
    {
        var data = new ArrayBufferWriter<byte>();
        if (written.Data.Count > 0)
        {
            using var json = new Utf8JsonWriter(data);
            written.Data.WriteTo(json);
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("type", written.Type);
            if (data.WrittenCount > 0)
            {
                json.WriteNumber("data_length", data.WrittenCount);
            }

            if (written.Payload.Length > 0)
            {
                json.WriteNumber("payload_length", written.Payload.Length);
            }

            json.WriteEndObject();
        }

        bytes.Write("\n"u8);
        bytes.Write(data.WrittenSpan);
        bytes.Write(written.Payload.Span);
        return bytes.WrittenMemory;
    }

    private async Task<JsonObject?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var end = buffer.PositionOf((byte)'\n');
            var line = end is { } newline ? buffer.Slice(0, newline) : buffer;
            if (line.Length > limits.HeaderBytes)
            {
                throw new WyomingException(
                    $"the line of an event is longer than {Name(nameof(HouseOptions.MaximumHeaderBytes))} = " +
                    $"{Bounds.Text(limits.HeaderBytes)} bytes");
            }

            if (end is { } place)
            {
                var header = Parse(line.ToArray(), "the line");
                _reader.AdvanceTo(buffer.GetPosition(1, place));
                return header;
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return buffer.IsEmpty ? null : throw new WyomingException("the connection ended within an event");
            }
        }
    }

    private async Task<byte[]> ReadExactlyAsync(int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return [];
        }

        var read = await _reader.ReadAtLeastAsync(length, cancellationToken);
        if (read.Buffer.Length < length)
        {
            throw new WyomingException("the connection ended within an event");
        }

        var part = read.Buffer.Slice(0, length);
        var bytes = part.ToArray();
        _reader.AdvanceTo(part.End);
        return bytes;
    }

    private static JsonObject Parse(byte[] json, string part)
    {
        try
        {
            RequireText(json);
            return JsonNode.Parse(json, documentOptions: Strict) as JsonObject
                ?? throw new WyomingException($"{part} of an event is no JSON object");
        }
        // The other one: a text that is none.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new WyomingException($"{part} of an event is no JSON", exception);
        }
    }

    /// <summary>Half of a surrogate pair can be spelt in JSON, and bytes that are no UTF-8 pass for a text until
    /// somebody asks for it.</summary>
    /// <exception cref="InvalidOperationException">There is such a text.</exception>
    private static void RequireText(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                _ = reader.GetString();
            }
        }
    }

    private static int Length(JsonObject header, string name, int bound, string option) => header[name] switch
    {
        null => 0,
        JsonValue value when value.TryGetValue<long>(out var length) && length >= 0 && length <= bound => (int)length,
        var other => throw new WyomingException(
            $"{Bounds.Sentence(name, Bounds.Shown(other.ToJsonString()), Bounds.From(0, bound))} bytes ({Name(option)})"),
    };

    private static string Name(string option) => $"{SettingKeys.House}:{option}";
}
