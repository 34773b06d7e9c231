using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Speaker.Models;

namespace Speaker.Tests.Models;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_BytesOfTheFormatsDescription_GivesTheTensors()
    {
        // Written by hand from the format's description: two tensors, the second in the file is the first by name.
        var path = WriteRaw(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"a":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}""",
            [0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x20, 0xC0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        var tensors = Safetensors.Read(path);
        Assert.Equal(["a", "b"], tensors.Keys.Order());
        Assert.Equal((TensorType.Float32, 2L, 1L), (tensors["b"].Type, tensors["b"].Shape[0], tensors["b"].Shape[1]));
        Assert.Equal([1f, -2.5f], MemoryMarshal.Cast<byte, float>(tensors["b"].Bytes.Span).ToArray());
        Assert.Equal(TensorType.Int64, tensors["a"].Type);
        Assert.Empty(tensors["a"].Shape);
        Assert.Equal(-2, BinaryPrimitives.ReadInt64LittleEndian(tensors["a"].Bytes.Span));
        Assert.Equal("pt", Safetensors.ReadMetadata(path)["format"]);
    }

    [Fact]
    public void Write_TwoTensors_GivesTheBytesOfTheFormatsDescription()
    {
        var path = _folder.File("x.safetensors");
        Safetensors.Write(path, new Dictionary<string, StoredTensor>
        {
            ["b"] = Floats([2, 1], 1f, -2.5f),
            ["a"] = new StoredTensor(TensorType.Int64, [1], BitConverter.GetBytes(-2L)),
        });
        var file = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        Assert.Equal(
            """{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]}}""",
            Encoding8(file.AsSpan(8, length)).TrimEnd(' '));
        Assert.Equal("FEFFFFFFFFFFFFFF" + "0000803F" + "000020C0", Convert.ToHexString(file.AsSpan(8 + length)));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void WriteRead_EveryTypeAndOddShapes_GivesEqualTensors()
    {
        var path = _folder.File("x.safetensors");
        var tensors = new Dictionary<string, StoredTensor>
        {
            ["scalar"] = Floats([], 3.5f),
            ["empty"] = Floats([0, 3]),
            ["naïve \"name\"\n"] = Floats([3], 1, float.MinValue, float.NaN),
        };
        foreach (var type in Enum.GetValues<TensorType>())
        {
            var (name, size) = SafetensorsHeader.NameAndSize(type);
            tensors[name] = new StoredTensor(
                type, [2, 2], Enumerable.Range(0, 4 * size).Select(i => (byte)((i * 37) + size)).ToArray());
        }

        Safetensors.Write(path, tensors, new Dictionary<string, string> { ["k"] = "v" });
        var read = Safetensors.Read(path);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.Type, read[name].Type);
            Assert.Equal(tensor.Shape, read[name].Shape);
            Assert.Equal(tensor.Bytes.ToArray(), read[name].Bytes.ToArray());
        }

        Assert.Equal("v", Safetensors.ReadMetadata(path)["k"]);
    }

    [Fact]
    public void Write_EqualTensorsInAnotherOrder_GivesEqualBytes()
    {
        var (x, y) = (Floats([3], 1, 2, 3), Floats([2, 2], 4, 5, 6, 7));
        Safetensors.Write(_folder.File("1"), new Dictionary<string, StoredTensor> { ["x"] = x, ["y"] = y });
        Safetensors.Write(_folder.File("2"), new Dictionary<string, StoredTensor> { ["y"] = y, ["x"] = x });
        Assert.Equal(File.ReadAllBytes(_folder.File("1")), File.ReadAllBytes(_folder.File("2")));
    }

    [Fact]
    public void AtomicWrite_DiskThatFillsUp_LeavesTheOldFileAndNothingElse()
    {
        var path = _folder.File("x.safetensors");
        AtomicFile.Write(path, stream => stream.Write("old"u8));
        var error = Assert.Throws<ModelException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half of the new"u8);
            throw new IOException("No space left on device");
        }));
        Assert.Contains("No space left", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Root));
    }

    [Fact]
    public void AtomicWrite_PrivateFile_IsWholeAndReplacesNothing()
    {
        var path = _folder.File("voiceprints.json");
        Assert.Throws<ModelException>(() => AtomicFile.WritePrivate(path, stream =>
        {
            stream.Write("half"u8);
            Assert.False(File.Exists(path));
            throw new IOException("No space left on device");
        }));
        Assert.Empty(Directory.GetFiles(_folder.Root));

        AtomicFile.WritePrivate(path, stream => stream.Write("first"u8));
        Assert.Throws<ModelException>(() => AtomicFile.WritePrivate(path, stream => stream.Write("second"u8)));
        Assert.Equal("first", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.Root));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void Write_FolderThatCannotBe_Refuses()
    {
        File.WriteAllText(_folder.File("file"), "");
        Assert.Throws<ModelException>(() => Safetensors.Write(
            Path.Combine(_folder.File("file"), "x.safetensors"), new Dictionary<string, StoredTensor>()));
    }

    [Fact]
    public void Read_NoSuchFile_NamesIt()
    {
        var error = Assert.Throws<ModelException>(() => Safetensors.Read(_folder.File("none.safetensors")));
        Assert.Contains("none.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", 0, "begin with")]
    [InlineData("{}x", 0, "not the JSON")]
    [InlineData("{ ", 0, "not the JSON")]
    [InlineData("""{"a":1}""", 0, "not an object")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 0, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 8, "more than 2")]
    [InlineData("""{"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}""", 4, "F99")]
    [InlineData("""{"a":{"dtype":3,"shape":[1],"data_offsets":[0,4]}}""", 4, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "more")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "below 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", 4, "not a list")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "more than 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "needs 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "span -4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "cut")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]}}""", 4, "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "not the JSON")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "its data at 5")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "not the JSON")]
    public void Read_HeaderThatBreaksARule_SaysWhich(string header, int dataLength, string expected)
    {
        var path = WriteRaw(header, new byte[dataLength]);
        var error = Assert.Throws<ModelException>(() => Safetensors.Read(path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(100_000_001UL)]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(50UL)]
    public void Read_HeaderLengthThatCannotBe_Refuses(ulong length)
    {
        var file = new byte[40];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        file[8] = (byte)'{';
        File.WriteAllBytes(_folder.File("x"), file);
        Assert.Throws<ModelException>(() => Safetensors.Read(_folder.File("x")));
    }

    [Fact]
    public void Read_FileCutAnywhere_RefusesAndNamesTheFile()
    {
        var path = _folder.File("x.safetensors");
        Safetensors.Write(path, new Dictionary<string, StoredTensor>
        {
            ["a"] = Floats([3, 5], [.. Enumerable.Range(0, 15).Select(i => MathF.Sin(i))]),
            ["b"] = Floats([7], [.. Enumerable.Range(0, 7).Select(i => MathF.Cos(i))]),
        });
        var file = File.ReadAllBytes(path);
        for (var length = 0; length < file.Length; length++)
        {
            File.WriteAllBytes(path, file[..length]);
            var error = Assert.Throws<ModelException>(() => Safetensors.Read(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, file[..(file.Length / 2)]);
        Assert.Contains("cut", Assert.Throws<ModelException>(() => Safetensors.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RandomlyChangedHeaders_ReadsOrRefusesAndNothingElse()
    {
        var path = _folder.File("x.safetensors");
        Safetensors.Write(path, new Dictionary<string, StoredTensor>
        {
            ["a"] = Floats([3, 5], [.. Enumerable.Range(0, 15).Select(i => MathF.Sin(i))]),
            ["b"] = Floats([7], [.. Enumerable.Range(0, 7).Select(i => MathF.Cos(i))]),
        });
        var file = File.ReadAllBytes(path);
        var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        var random = new Random(1);
        var refused = 0;
        for (var round = 0; round < 1500; round++)
        {
            var changed = (byte[])file.Clone();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                changed[random.Next(8 + header)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[]\",:0192"[random.Next(11)]);
            }

            File.WriteAllBytes(path, changed);
            try
            {
                foreach (var tensor in Safetensors.Read(path).Values)
                {
                    Assert.True(tensor.Bytes.Length <= 22 * sizeof(float));
                }
            }
            catch (ModelException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 750, 1500);
    }

    private static StoredTensor Floats(long[] shape, params float[] values) =>
        new(TensorType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static string Encoding8(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private string WriteRaw(string header, byte[] data)
    {
        var json = System.Text.Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        data.CopyTo(file, 8 + json.Length);
        var path = _folder.File("raw.safetensors");
        File.WriteAllBytes(path, file);
        return path;
    }
}
