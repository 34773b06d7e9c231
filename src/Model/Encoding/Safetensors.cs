using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;

namespace Speaker.Model.Encoding;

/// <summary>
/// Weights in the safetensors format: eight bytes of header length, a JSON header with type, shape and byte range of
/// each tensor, then the tensors' bytes, little-endian and row-major.
/// </summary>
/// <remarks>
/// A file is written with its tensors in the order of their names and the header padded with spaces to a multiple of
/// eight bytes, so equal tensors give equal bytes. Files up to 2 GB.
/// </remarks>
public static class Safetensors
{
    /// <summary>Reads every tensor into memory of its own.</summary>
    /// <returns>By name; the caller disposes them.</returns>
    /// <exception cref="ModelException">There is no such file, or it is damaged; the message says which rule broke.</exception>
    public static Dictionary<string, torch.Tensor> Read(string path)
    {
        var file = ReadFile(path);
        var header = SafetensorsHeader.Parse(file, path);
        var tensors = new Dictionary<string, torch.Tensor>(header.Entries.Count, StringComparer.Ordinal);
        foreach (var entry in header.Entries)
            tensors.Add(entry.Name, torch.empty(entry.Shape, entry.Type));
        CopyInto(tensors, file, header, path);
        return tensors;
    }

    /// <summary>Reads a file into tensors that are there, such as a module's state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">On the CPU, contiguous; their names, types and shapes must be exactly the file's.</param>
    /// <exception cref="ModelException">As <see cref="Read(string)"/>, or file and tensors do not fit.</exception>
    public static void ReadInto(string path, IReadOnlyDictionary<string, torch.Tensor> tensors)
    {
        var file = ReadFile(path);
        CopyInto(tensors, file, SafetensorsHeader.Parse(file, path), path);
    }

    /// <summary>The strings that were stored beside the tensors.</summary>
    /// <exception cref="ModelException">As <see cref="Read(string)"/>.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path) =>
        SafetensorsHeader.Parse(ReadFile(path), path).Metadata;

    /// <param name="tensors">As <see cref="ReadInto"/>.</param>
    /// <param name="file">The whole file.</param>
    /// <param name="header">Its header, checked.</param>
    /// <param name="path">For messages.</param>
    internal static void CopyInto(
        IReadOnlyDictionary<string, torch.Tensor> tensors, byte[] file, SafetensorsHeader header, string path)
    {
        foreach (var entry in header.Entries)
        {
            if (!tensors.TryGetValue(entry.Name, out var tensor))
                throw new ModelException($"{path} has a tensor '{entry.Name}' that the network lacks; is its card another model's?");
            if (tensor.dtype != entry.Type || !tensor.shape.AsSpan().SequenceEqual(entry.Shape))
                throw new ModelException(
                    $"tensor '{entry.Name}' of {path} is {entry.Type} [{string.Join(", ", entry.Shape)}], the network needs " +
                    $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]; is its card another model's?");
            if (entry.End > entry.Begin)
                tensor.bytes = file.AsSpan(header.DataStart + (int)entry.Begin, (int)(entry.End - entry.Begin));
        }

        if (header.Entries.Count != tensors.Count)
            foreach (var name in tensors.Keys)
                if (!header.Entries.Any(entry => entry.Name == name))
                    throw new ModelException($"{path} lacks the tensor '{name}' of the network; is its card another model's?");
    }

    /// <exception cref="ModelException">There is no such file, it cannot be read, or it is above 2 GB.</exception>
    internal static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"the weights file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes tensors whole or not at all, over a file that is there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="tensors">Of any device; by name.</param>
    /// <param name="metadata">Strings to keep beside them.</param>
    /// <exception cref="ModelException">The file cannot be written, or a tensor's type cannot be stored.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, torch.Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var names = tensors.Keys.Order(StringComparer.Ordinal).ToArray();
        var header = BuildHeader(names, tensors, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixLength];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
            stream.Write(prefix);
            stream.Write(header);
            foreach (var name in names)
            {
                using var scope = torch.NewDisposeScope();
                var tensor = tensors[name].detach().cpu().contiguous();
                if (tensor.numel() > 0)
                    stream.Write(tensor.bytes);
            }
        });
    }

    private static byte[] BuildHeader(
        string[] names, IReadOnlyDictionary<string, torch.Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            var offset = 0L;
            foreach (var name in names)
            {
                var tensor = tensors[name];
                var (type, size) = SafetensorsHeader.NameAndSize(tensor.dtype);
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.shape)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.numel() * size);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.WrittenCount % 8 != 0)
            buffer.Write(" "u8);
        return buffer.WrittenSpan.ToArray();
    }
}
