using System.Buffers.Binary;
using System.Collections;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Speaker.Build;
using Speaker.Tests.Support;

namespace Speaker.Training.Tests.Build;

public sealed class StageTorchNativesTests : IDisposable
{
    private const string Provider = "libstdc++.so.6";
    private const string Version = "GLIBCXX_3.4.32";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MakeWeak_TheNeed_SetsItsFlagAndNothingElse()
    {
        var image = ElfFile([(Provider, ["GLIBCXX_3.4", Version]), ("libc.so.6", [Version])]);
        var changed = (byte[])image.Clone();
        Assert.Equal(1, StageTorchNatives.MakeWeak(changed, Provider, Version));
        var places = Enumerable.Range(0, image.Length).Where(i => image[i] != changed[i]).ToArray();
        Assert.Equal((0, 2), (image[Assert.Single(places)], changed[places[0]]));
        Assert.Equal(0, StageTorchNatives.MakeWeak(changed, Provider, Version));
    }

    [Fact]
    public void MakeWeak_NoSuchNeed_ChangesNothing()
    {
        foreach (var image in new[]
        {
            ElfFile([(Provider, ["GLIBCXX_3.4"])]), ElfFile([("libc.so.6", [Version])]), ElfFile([]),
        })
        {
            var before = (byte[])image.Clone();
            Assert.Equal(0, StageTorchNatives.MakeWeak(image, Provider, Version));
            Assert.Equal(before, image);
        }
    }

    [Fact]
    public void MakeWeak_CutAnywhere_IsRefusedOrHasNoNeed()
    {
        var image = ElfFile([("libc.so.6", ["GLIBC_2.2"]), (Provider, [Version])]);
        for (var length = 0; length < image.Length; length++)
        {
            var cut = image[..length];
            Assert.Throws<InvalidDataException>(() => StageTorchNatives.MakeWeak(cut, Provider, Version));
        }
    }

    [Fact]
    public void MakeWeak_AnyByteChanged_NeverLeavesTheFile()
    {
        var whole = ElfFile([("libc.so.6", ["GLIBC_2.2"]), (Provider, ["GLIBCXX_3.4", Version])]);
        for (var place = 0; place < whole.Length; place++)
        {
            foreach (var value in new byte[] { 0, 1, 0x7f, 0x80, 0xff })
            {
                var image = (byte[])whole.Clone();
                image[place] = value;
                try
                {
                    Assert.InRange(StageTorchNatives.MakeWeak(image, Provider, Version), 0, 1);
                }
                catch (InvalidDataException e)
                {
                    Assert.NotEmpty(e.Message);
                }
            }
        }
    }

    [Fact]
    public void Execute_DamagedWrapper_FailsWithTheFileTheReasonAndWhatToDo()
    {
        var (source, target) = (_folder.File("libLibTorchSharp.so"), _folder.File("staged"));
        File.WriteAllText(source, "no library");
        var engine = new Engine();
        Assert.False(Stage(engine, target, source));
        var error = Assert.Single(engine.Errors);
        Assert.Contains(source, error, StringComparison.Ordinal);
        Assert.Contains("not a 64-bit little-endian ELF file", error, StringComparison.Ordinal);
        Assert.Contains("restore", error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(target));
    }

    [Fact]
    public void Execute_Files_AreLinkedAndTheWrapperIsACopy()
    {
        var (wrapper, other, target) = (
            _folder.File("libLibTorchSharp.so"), _folder.File("libtorch_cpu.so"), _folder.File("staged"));
        var image = ElfFile([(Provider, [Version])]);
        File.WriteAllBytes(wrapper, image);
        File.WriteAllText(other, "first");
        var engine = new Engine();
        Assert.True(Stage(engine, target, wrapper, other), string.Join("; ", engine.Errors));
        Assert.True(Stage(engine, target, wrapper, other), string.Join("; ", engine.Errors));
        Assert.Equal(["libLibTorchSharp.so", "libtorch_cpu.so"], Directory.GetFiles(target).Select(Path.GetFileName).Order());
        Assert.Equal(image, File.ReadAllBytes(wrapper));
        using (var stream = File.OpenWrite(other))
        {
            stream.Write("other"u8);
        }

        Assert.Equal("other", File.ReadAllText(Path.Combine(target, "libtorch_cpu.so")));
    }

    private static bool Stage(Engine engine, string folder, params string[] sources) => new StageTorchNatives
    {
        BuildEngine = engine, Folder = folder, Sources = [.. sources.Select(path => new TaskItem(path))],
    }.Execute();

    /// <summary>A file of what the dynamic linker reads of version needs: headers, dynamic section, needs, names.</summary>
    private static byte[] ElfFile((string Library, string[] Versions)[] needs)
    {
        const int headers = 64 + (2 * 56);
        const int dynamicSize = 5 * 16;
        const ulong address = 0x1000;
        var names = new MemoryStream();
        names.WriteByte(0);
        var entries = new MemoryStream();
        for (var i = 0; i < needs.Length; i++)
        {
            var (library, versions) = needs[i];
            var next = i < needs.Length - 1 ? 16 * (versions.Length + 1) : 0;
            Write(entries, (2, 1), (2, versions.Length), (4, Name(library)), (4, 16), (4, next));
            for (var v = 0; v < versions.Length; v++)
            {
                Write(entries, (4, 0), (2, 0), (2, 2), (4, Name(versions[v])), (4, v < versions.Length - 1 ? 16 : 0));
            }
        }

        var (needsAt, namesAt) = (headers + dynamicSize, headers + dynamicSize + (int)entries.Length);
        var size = namesAt + (int)names.Length;
        var file = new MemoryStream();
        file.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        Write(file, (2, 3), (2, 62), (4, 1), (8, 0), (8, 64), (8, 0), (4, 0), (2, 64), (2, 56), (2, 2), (2, 0), (2, 0), (2, 0));
        Write(file, (4, 1), (4, 4), (8, 0), (8, (long)address), (8, 0), (8, size), (8, size), (8, 4096));
        Write(file, (4, 2), (4, 4), (8, headers), (8, 0), (8, 0), (8, dynamicSize), (8, dynamicSize), (8, 8));
        Write(file, (8, 5), (8, (long)address + namesAt), (8, 10), (8, names.Length));
        Write(file, (8, 0x6ffffffe), (8, (long)address + needsAt), (8, 0x6fffffff), (8, needs.Length), (8, 0), (8, 0));
        entries.WriteTo(file);
        names.WriteTo(file);
        return file.ToArray();

        int Name(string name)
        {
            var at = (int)names.Length;
            names.Write([.. Encoding.UTF8.GetBytes(name), 0]);
            return at;
        }
    }

    private static void Write(MemoryStream file, params (int Size, long Value)[] fields)
    {
        var bytes = new byte[8];
        foreach (var (size, value) in fields)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            file.Write(bytes, 0, size);
        }
    }

    private sealed class Engine : IBuildEngine
    {
        public List<string> Errors { get; } = [];

        public bool ContinueOnError => false;

        public int LineNumberOfTaskNode => 0;

        public int ColumnNumberOfTaskNode => 0;

        public string ProjectFileOfTaskNode => "";

        public void LogErrorEvent(BuildErrorEventArgs e) => Errors.Add(e.Message!);

        public void LogWarningEvent(BuildWarningEventArgs e)
        {
        }

        public void LogMessageEvent(BuildMessageEventArgs e)
        {
        }

        public void LogCustomEvent(CustomBuildEventArgs e)
        {
        }

        public bool BuildProjectFile(
            string projectFileName, string[] targetNames, IDictionary globalProperties, IDictionary targetOutputs) => false;
    }
}
