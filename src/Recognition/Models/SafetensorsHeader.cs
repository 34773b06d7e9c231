using System.Buffers.Binary;
using System.Text.Json;
using Speaker.Audio.Validation;

namespace Speaker.Models;

/// <summary>What the values of a tensor are stored as.</summary>
internal enum TensorType
{
    Float64,
    Float32,
    Float16,
    BFloat16,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Bool,
}

/// <summary>One tensor's place in a safetensors file: byte range [Begin, End) after the header.</summary>
internal sealed record SafetensorsEntry(string Name, TensorType Type, long[] Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file, parsed and checked: nothing is allocated or read by a figure from the file before
/// it was held against the file's length.
/// </summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Eight bytes: the header's length, little-endian.</summary>
    public const int PrefixLength = 8;

    /// <summary>What the format's reference reader accepts at most.</summary>
    public const long MaximumLength = 100_000_000;

    private const string MetadataKey = "__metadata__";
    private const int MaximumDimensions = 8;

    public required IReadOnlyList<SafetensorsEntry> Entries { get; init; }

    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Where the tensors' bytes begin in the file.</summary>
    public required int DataStart { get; init; }

    /// <param name="file">The whole file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="ModelException">Any rule of the format is broken; the message names the file and the rule.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> file, string path)
    {
        if (file.Length < PrefixLength)
        {
            throw Damaged(
                path, $"it has {Plural.Of(file.Length, "byte")}, fewer than the {PrefixLength} of a header length");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length is < 2 or > MaximumLength)
        {
            throw Damaged(path, $"its header claims a length of {length}, outside 2 to {MaximumLength}");
        }

        if (length > (ulong)(file.Length - PrefixLength))
        {
            throw Damaged(path, $"its header claims {length} bytes and only {file.Length - PrefixLength} follow: it is cut");
        }

        var json = file.Slice(PrefixLength, (int)length);
        if (json[0] != (byte)'{')
        {
            throw Damaged(path, "its header does not begin with '{'");
        }

        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            Read(json, entries, metadata, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelException(Message(path, $"its header is not the JSON of the format: {e.Message}"), e);
        }

        var start = PrefixLength + (int)length;
        CheckLayout(entries, file.Length - start, path);
        return new SafetensorsHeader { Entries = entries, Metadata = metadata, DataStart = start };
    }

    /// <summary>A type's name in the format, and its bytes a value.</summary>
    public static (string Name, int Size) NameAndSize(TensorType type) => type switch
    {
        TensorType.Float64 => ("F64", 8),
        TensorType.Float32 => ("F32", 4),
        TensorType.Float16 => ("F16", 2),
        TensorType.BFloat16 => ("BF16", 2),
        TensorType.Int64 => ("I64", 8),
        TensorType.Int32 => ("I32", 4),
        TensorType.Int16 => ("I16", 2),
        TensorType.Int8 => ("I8", 1),
        TensorType.UInt8 => ("U8", 1),
        _ => ("BOOL", 1),
    };

    private static TensorType TypeOf(string? name, string tensor, string path) => name switch
    {
        "F64" => TensorType.Float64,
        "F32" => TensorType.Float32,
        "F16" => TensorType.Float16,
        "BF16" => TensorType.BFloat16,
        "I64" => TensorType.Int64,
        "I32" => TensorType.Int32,
        "I16" => TensorType.Int16,
        "I8" => TensorType.Int8,
        "U8" => TensorType.UInt8,
        "BOOL" => TensorType.Bool,
        _ => throw Damaged(path, $"tensor '{tensor}' has type '{name}', which this reader does not know"),
    };

    private static void Read(
        ReadOnlySpan<byte> json, List<SafetensorsEntry> entries, Dictionary<string, string> metadata, string path)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
        var names = new HashSet<string>(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw Damaged(path, $"its header names '{name}' twice");
            }

            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw Damaged(path, $"the entry of '{name}' is not an object");
            }

            if (name == MetadataKey)
            {
                ReadMetadata(ref reader, metadata);
            }
            else
            {
                entries.Add(ReadEntry(ref reader, name, path));
            }
        }

        while (reader.Read())
        {
            // Whatever follows the closing brace other than spaces makes the reader throw.
        }
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, Dictionary<string, string> metadata)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            metadata[key] = reader.GetString() ?? "";
        }
    }

    private static SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, string path)
    {
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString();
            reader.Read();
            switch (key)
            {
                case "dtype" when type is null:
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref reader, MaximumDimensions, name, path);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref reader, 2, name, path);
                    break;
                default:
                    throw Damaged(path, $"tensor '{name}' has the field '{key}' twice or a field of no meaning");
            }
        }

        if (type is null || shape is null || offsets is not { Length: 2 })
        {
            throw Damaged(path, $"tensor '{name}' lacks its dtype, its shape or its two data_offsets");
        }

        return new SafetensorsEntry(name, TypeOf(type, name, path), shape, offsets[0], offsets[1]);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, int maximum, string name, string path)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Damaged(path, $"tensor '{name}' has a shape or data_offsets that is not a list");
        }

        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var number = reader.GetInt64();
            if (number < 0 || numbers.Count == maximum)
            {
                throw Damaged(path, $"tensor '{name}' has a number below 0, or more than {maximum}, in a list");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    /// <summary>Every range fits its shape, and together they cover the data once, without hole or overlap.</summary>
    private static void CheckLayout(List<SafetensorsEntry> entries, long dataLength, string path)
    {
        foreach (var entry in entries)
        {
            if (entry.End > dataLength)
            {
                throw Damaged(
                    path, $"tensor '{entry.Name}' ends at byte {entry.End} of {dataLength} that are there: it is cut");
            }

            if (entry.End - entry.Begin != ByteCount(entry, path))
            {
                throw Damaged(
                    path, $"tensor '{entry.Name}' of shape [{string.Join(", ", entry.Shape)}] needs " +
                    $"{ByteCount(entry, path)} bytes, its offsets span {entry.End - entry.Begin}");
            }
        }

        var end = 0L;
        foreach (var entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != end)
            {
                throw Damaged(
                    path, $"tensor '{entry.Name}' begins at byte {entry.Begin} where {end} is due: " +
                    (entry.Begin < end ? "it overlaps another" : "there is a hole"));
            }

            end = entry.End;
        }

        if (end != dataLength)
        {
            throw Damaged(path, $"its tensors end at byte {end} and its data at {dataLength}");
        }
    }

    private static long ByteCount(SafetensorsEntry entry, string path)
    {
        try
        {
            var count = 1L;
            foreach (var dimension in entry.Shape)
            {
                count = checked(count * dimension);
            }

            return checked(count * NameAndSize(entry.Type).Size);
        }
        catch (OverflowException e)
        {
            throw new ModelException(Message(path, $"the shape of tensor '{entry.Name}' overflows"), e);
        }
    }

    private static ModelException Damaged(string path, string what) => new(Message(path, what));

    private static string Message(string path, string what) =>
        $"{path} is not a whole safetensors file: {what}. Copy or download it again.";
}
