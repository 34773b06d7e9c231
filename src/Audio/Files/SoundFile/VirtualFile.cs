using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Speaker.Audio.Files.SoundFile;

/// <summary>
/// A stream as libsndfile's SF_VIRTUAL_IO takes it. It must live as long as the file that is open on it. The stream
/// stays the caller's.
/// </summary>
internal sealed class VirtualFile : IDisposable
{
    private readonly Stream _stream;
    private GCHandle _self;

    public VirtualFile(Stream stream)
    {
        _stream = stream;
        _self = GCHandle.Alloc(this);
    }

    /// <summary>The last argument of sf_open_virtual, which it hands to every call.</summary>
    public nint UserData => GCHandle.ToIntPtr(_self);

    /// <summary>What the stream threw first: no exception may pass through native frames.</summary>
    public Exception? Failure { get; private set; }

    public static unsafe SoundFileLibrary.VirtualInputOutput Calls => new()
    {
        Length = &Length,
        Seek = &Seek,
        Read = &Read,
        Write = &Write,
        Tell = &Tell,
    };

    public void Dispose()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Length(nint user) => Do(user, stream => stream.Length);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Seek(long offset, int whence, nint user) =>
        Do(user, stream => stream.Seek(offset, (SeekOrigin)whence));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe long Read(void* bytes, long count, nint user) =>
        Do(user, stream => stream.ReadAtLeast(
            new Span<byte>(bytes, checked((int)count)), checked((int)count), throwOnEndOfStream: false));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe long Write(void* bytes, long count, nint user) => Do(user, stream =>
    {
        stream.Write(new ReadOnlySpan<byte>(bytes, checked((int)count)));
        return count;
    });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static long Tell(nint user) => Do(user, stream => stream.Position);

    private static long Do(nint user, Func<Stream, long> call)
    {
        var file = (VirtualFile)GCHandle.FromIntPtr(user).Target!;
        try
        {
            return call(file._stream);
        }
        catch (Exception e)
        {
            file.Failure ??= e;
            return -1;
        }
    }
}
