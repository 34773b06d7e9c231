using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Speaker.Models;

namespace Speaker.Training.Runs;

/// <summary>Where one utterance at one speed lies in a layer, in frames.</summary>
internal readonly record struct FeatureExtent(long Start, int Frames);

/// <summary>
/// One version of every training utterance at every speed: half-precision frames in a memory-mapped file, so that the
/// operating system keeps in memory what there is memory for. The index is written last: a layer without one is no
/// layer.
/// </summary>
/// <remarks>Reading is thread safe.</remarks>
internal sealed class FeatureLayer : IDisposable
{
    private const long Magic = 0x31524559414C4653;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly FeatureExtent[] _extents;
    private readonly int _coefficients;

    private FeatureLayer(string path, FeatureExtent[] extents, int coefficients)
    {
        _extents = extents;
        _coefficients = coefficients;
        // An empty file cannot be mapped, and need not be.
        if (extents.Any(e => e.Frames > 0))
        {
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
    }

    /// <summary>Frames of an entry; 0 where no speech was found in it.</summary>
    public int Frames(int entry) => _extents[entry].Frames;

    /// <summary>Copies frames, row-major; the destination's length says how many.</summary>
    public void Read(int entry, int start, Span<Half> destination)
    {
        var extent = _extents[entry];
        if (start < 0 || start + (destination.Length / _coefficients) > extent.Frames)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The entry has {extent.Frames} frames.");
        }

        var offset = (ulong)((extent.Start + start) * _coefficients * 2);
        _view!.SafeMemoryMappedViewHandle.ReadSpan(offset, destination);
    }

    public void Dispose()
    {
        _view?.Dispose();
        _file?.Dispose();
    }

    /// <summary>The layer at this path, or null where it is missing, unfinished or of another size.</summary>
    public static FeatureLayer? TryOpen(string path, int entries, int coefficients)
    {
        var index = IndexPath(path);
        if (!File.Exists(index) || !File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(index);
        if (bytes.Length != 16 + (16L * entries))
        {
            return null;
        }

        var numbers = MemoryMarshal.Cast<byte, long>(bytes);
        if (numbers[0] != Magic || numbers[1] != coefficients)
        {
            return null;
        }

        var extents = new FeatureExtent[entries];
        for (var i = 0; i < entries; i++)
        {
            extents[i] = new FeatureExtent(numbers[2 + (2 * i)], (int)numbers[3 + (2 * i)]);
        }

        var frames = extents.Length == 0 ? 0 : extents.Max(e => e.Start + e.Frames);
        return new FileInfo(path).Length == frames * coefficients * 2
            ? new FeatureLayer(path, extents, coefficients)
            : null;
    }

    private static string IndexPath(string path) => path + ".index";

    /// <summary>Takes entries from any thread, in any order.</summary>
    public sealed class Writer : IDisposable
    {
        private readonly string _path;
        private readonly int _coefficients;
        private readonly FeatureExtent[] _extents;
        private readonly FileStream _stream;
        private readonly Lock _gate = new();
        private long _frames;

        public Writer(string path, int entries, int coefficients)
        {
            _path = path;
            _coefficients = coefficients;
            _extents = new FeatureExtent[entries];
            File.Delete(IndexPath(path));
            _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
        }

        public void Add(int entry, ReadOnlySpan<Half> features)
        {
            lock (_gate)
            {
                var frames = features.Length / _coefficients;
                _extents[entry] = new FeatureExtent(_frames, frames);
                _frames += frames;
                _stream.Write(MemoryMarshal.AsBytes(features));
            }
        }

        /// <summary>Makes the layer one that <see cref="TryOpen"/> accepts.</summary>
        public void Finish()
        {
            _stream.Flush(flushToDisk: true);
            AtomicFile.Write(IndexPath(_path), stream =>
            {
                Span<long> numbers = stackalloc long[2];
                (numbers[0], numbers[1]) = (Magic, _coefficients);
                stream.Write(MemoryMarshal.AsBytes(numbers));
                foreach (var extent in _extents)
                {
                    (numbers[0], numbers[1]) = (extent.Start, extent.Frames);
                    stream.Write(MemoryMarshal.AsBytes(numbers));
                }
            });
        }

        public void Dispose() => _stream.Dispose();
    }
}
