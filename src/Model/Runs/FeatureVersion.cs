using System.Diagnostics;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Speaker.Models;

namespace Speaker.Training.Runs;

/// <summary>Where one utterance at one speed lies in a version, in frames.</summary>
internal readonly record struct FeatureExtent(long Start, int Frames);

/// <summary>
/// One version of every training utterance at every speed: half-precision frames in a memory-mapped file, so that the
/// operating system keeps in memory what there is memory for. The index is written last: a version without one is no
/// version.
/// </summary>
/// <remarks>Reading is thread safe.</remarks>
internal sealed class FeatureVersion : IDisposable
{
    private const long Magic = 0x31524559414C4653;

    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly FeatureExtent[] _extents;
    private readonly int _coefficients;

    private FeatureVersion(string path, FeatureExtent[] extents, int coefficients)
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

    /// <summary>The version at this path, or null where it is missing, unfinished or of another size.</summary>
    public static FeatureVersion? TryOpen(string path, int entries, int coefficients)
    {
        if (!File.Exists(path) || ReadIndex(IndexPath(path), entries, coefficients) is not { } extents)
        {
            return null;
        }

        return new FileInfo(path).Length == End(extents) * coefficients * 2
            ? new FeatureVersion(path, extents, coefficients)
            : null;
    }

    /// <summary>The extents of an index, or null where there is none for so many entries.</summary>
    private static FeatureExtent[]? ReadIndex(string path, int entries, int coefficients)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
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

        return extents;
    }

    /// <summary>Frames that a file with these extents holds.</summary>
    private static long End(FeatureExtent[] extents) => extents.Length == 0 ? 0 : extents.Max(e => e.Start + Math.Max(0, e.Frames));

    private static string IndexPath(string path) => path + ".index";

    /// <summary>Takes entries from any thread, in any order.</summary>
    /// <remarks>
    /// Once a minute, and when it is disposed of before <see cref="Finish"/>, it notes what it holds, so that another
    /// writer goes on from there.
    /// </remarks>
    public sealed class Writer : IDisposable
    {
        private const int Missing = -1;

        private static readonly TimeSpan BetweenNotes = TimeSpan.FromMinutes(1);

        private readonly string _path;
        private readonly int _coefficients;
        private readonly FeatureExtent[] _extents;
        private readonly FileStream _stream;
        private readonly Lock _gate = new();
        private long _frames;
        private long _noted = Stopwatch.GetTimestamp();
        private bool _finished;

        public Writer(string path, int entries, int coefficients)
        {
            _path = path;
            _coefficients = coefficients;
            File.Delete(IndexPath(path));
            _extents = ReadIndex(NotePath, entries, coefficients) is { } noted && File.Exists(path) ? noted : [];
            _frames = End(_extents);
            if (_extents.Length == 0 || new FileInfo(path).Length < _frames * coefficients * 2)
            {
                _extents = new FeatureExtent[entries];
                Array.Fill(_extents, new FeatureExtent(0, Missing));
                _frames = 0;
            }

            _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1 << 20);
            _stream.SetLength(_frames * coefficients * 2);
            _stream.Position = _stream.Length;
        }

        private string NotePath => _path + ".partial";

        /// <summary>Whether an entry was added, by this writer or by one before it.</summary>
        public bool Has(int entry)
        {
            lock (_gate)
            {
                return _extents[entry].Frames != Missing;
            }
        }

        public void Add(int entry, ReadOnlySpan<Half> features)
        {
            lock (_gate)
            {
                _stream.Write(MemoryMarshal.AsBytes(features));
                var frames = features.Length / _coefficients;
                _extents[entry] = new FeatureExtent(_frames, frames);
                _frames += frames;
                if (Stopwatch.GetElapsedTime(_noted) >= BetweenNotes)
                {
                    Note();
                }
            }
        }

        /// <summary>Makes the version one that <see cref="TryOpen"/> accepts.</summary>
        public void Finish()
        {
            _stream.Flush(flushToDisk: true);
            WriteIndex(IndexPath(_path));
            File.Delete(NotePath);
            _finished = true;
        }

        public void Dispose()
        {
            if (!_finished)
            {
                Note();
            }

            _stream.Dispose();
        }

        private void Note()
        {
            _stream.Flush(flushToDisk: true);
            WriteIndex(NotePath);
            _noted = Stopwatch.GetTimestamp();
        }

        private void WriteIndex(string path) => AtomicFile.Write(path, stream =>
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
}
