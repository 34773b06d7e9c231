using System.Buffers.Binary;
using Speaker.Models;
using Speaker.Training.Network;
using Speaker.Training.Tests.Inference;
using TorchSharp;

namespace Speaker.Training.Tests.Network;

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
        using var scope = torch.NewDisposeScope();
        var tensors = TensorFile.Read(path);
        Assert.Equal(["a", "b"], tensors.Keys.Order());
        Assert.Equal([2L, 1], tensors["b"].shape);
        Assert.Equal([1f, -2.5f], tensors["b"].data<float>().ToArray());
        Assert.Empty(tensors["a"].shape);
        Assert.Equal(-2, tensors["a"].item<long>());
        Assert.Equal("pt", Safetensors.ReadMetadata(path)["format"]);
    }

    [Fact]
    public void Write_TwoTensors_GivesTheBytesOfTheFormatsDescription()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("x.safetensors");
        TensorFile.Write(path, new Dictionary<string, torch.Tensor>
        {
            ["b"] = torch.tensor(new[] { 1f, -2.5f }, new long[] { 2, 1 }),
            ["a"] = torch.tensor(new[] { -2L }),
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
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("x.safetensors");
        var tensors = new Dictionary<string, torch.Tensor>
        {
            ["scalar"] = torch.tensor(new[] { 3.5f }).squeeze(0),
            ["empty"] = torch.zeros(new long[] { 0, 3 }),
            ["transposed"] = torch.tensor(new[] { 1f, 2, 3, 4, 5, 6 }, new long[] { 2, 3 }).transpose(0, 1),
            ["naïve \"name\"\n"] = torch.tensor(new[] { 1L, long.MinValue, long.MaxValue }),
        };
        foreach (var type in new[]
        {
            torch.ScalarType.Float64, torch.ScalarType.Float32, torch.ScalarType.Float16, torch.ScalarType.BFloat16,
            torch.ScalarType.Int64, torch.ScalarType.Int32, torch.ScalarType.Int16, torch.ScalarType.Int8,
            torch.ScalarType.Byte, torch.ScalarType.Bool,
        })
        {
            tensors[type.ToString()] = torch.tensor(new[] { 0f, 1, 2, 100 }, new long[] { 2, 2 }).to_type(type);
        }

        TensorFile.Write(path, tensors, new Dictionary<string, string> { ["k"] = "v" });
        var read = TensorFile.Read(path);
        Assert.Equal(tensors.Keys.Order(), read.Keys.Order());
        foreach (var (name, tensor) in tensors)
        {
            Assert.Equal(tensor.shape, read[name].shape);
            Assert.Equal(tensor.dtype, read[name].dtype);
            if (tensor.numel() == 0)
            {
                continue;
            }

            Assert.Equal(
                tensor.to_type(torch.ScalarType.Float64).contiguous().data<double>().ToArray(),
                read[name].to_type(torch.ScalarType.Float64).data<double>().ToArray());
        }

        Assert.Equal("v", Safetensors.ReadMetadata(path)["k"]);
    }

    [Fact]
    public void Write_EqualTensorsInAnotherOrder_GivesEqualBytes()
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = (torch.rand(new long[] { 3 }), torch.rand(new long[] { 2, 2 }));
        TensorFile.Write(_folder.File("1"), new Dictionary<string, torch.Tensor> { ["x"] = x, ["y"] = y });
        TensorFile.Write(_folder.File("2"), new Dictionary<string, torch.Tensor> { ["y"] = y, ["x"] = x });
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
    public void Write_FolderThatCannotBe_Refuses()
    {
        File.WriteAllText(_folder.File("file"), "");
        Assert.Throws<ModelException>(() => TensorFile.Write(
            Path.Combine(_folder.File("file"), "x.safetensors"), new Dictionary<string, torch.Tensor>()));
    }

    [Fact]
    public void Read_NoSuchFile_NamesIt()
    {
        var error = Assert.Throws<ModelException>(() => TensorFile.Read(_folder.File("none.safetensors")));
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
        var error = Assert.Throws<ModelException>(() => TensorFile.Read(path));
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
        Assert.Throws<ModelException>(() => TensorFile.Read(_folder.File("x")));
    }

    [Fact]
    public void Read_FileCutAnywhere_RefusesAndNamesTheFile()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("x.safetensors");
        TensorFile.Write(path, new Dictionary<string, torch.Tensor>
        {
            ["a"] = torch.rand(new long[] { 3, 5 }),
            ["b"] = torch.rand(new long[] { 7 }),
        });
        var file = File.ReadAllBytes(path);
        for (var length = 0; length < file.Length; length++)
        {
            File.WriteAllBytes(path, file[..length]);
            var error = Assert.Throws<ModelException>(() => TensorFile.Read(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, file[..(file.Length / 2)]);
        Assert.Contains("cut", Assert.Throws<ModelException>(() => TensorFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RandomlyChangedHeaders_ReadsOrRefusesAndNothingElse()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("x.safetensors");
        TensorFile.Write(path, new Dictionary<string, torch.Tensor>
        {
            ["a"] = torch.rand(new long[] { 3, 5 }),
            ["b"] = torch.rand(new long[] { 7 }),
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
                foreach (var tensor in TensorFile.Read(path).Values)
                {
                    Assert.True(tensor.numel() <= 22);
                }
            }
            catch (ModelException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 750, 1500);
    }

    [Fact]
    public void ReadInto_TensorsThatDoNotFit_Refuses()
    {
        using var scope = torch.NewDisposeScope();
        var path = _folder.File("x.safetensors");
        TensorFile.Write(path, new Dictionary<string, torch.Tensor> { ["a"] = torch.ones(new long[] { 3 }) });
        var fitting = torch.zeros(new long[] { 3 });
        TensorFile.ReadInto(path, new Dictionary<string, torch.Tensor> { ["a"] = fitting });
        Assert.Equal([1f, 1, 1], fitting.data<float>().ToArray());

        foreach (var wrong in new[]
        {
            new Dictionary<string, torch.Tensor>(),
            new Dictionary<string, torch.Tensor> { ["b"] = torch.zeros(new long[] { 3 }) },
            new Dictionary<string, torch.Tensor> { ["a"] = torch.zeros(new long[] { 4 }) },
            new Dictionary<string, torch.Tensor> { ["a"] = torch.zeros(new long[] { 3 }, torch.ScalarType.Float64) },
            new Dictionary<string, torch.Tensor> { ["a"] = fitting, ["c"] = torch.zeros(new long[] { 3 }) },
        })
        {
            Assert.Throws<ModelException>(() => TensorFile.ReadInto(path, wrong));
        }
    }

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
