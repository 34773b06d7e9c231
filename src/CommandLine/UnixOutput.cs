using System.Runtime.InteropServices;

namespace Speaker.CommandLine;

/// <summary>File descriptor 1, written to by write(2). A <see cref="FileStream"/> would keep a position of its own, and
/// overwrite what others write to the same file.</summary>
internal sealed partial class UnixOutput : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4;
    private const int WriteOnly = 1;

    private static int TryAgain => OperatingSystem.IsLinux() ? 11 : 35;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>
    /// Gives a process that was started without standard streams (<c>>&amp;-</c>) ones that cannot be written to. Otherwise
    /// the first file that is opened, such as the store, gets the number of the standard output and what is printed.
    /// </summary>
    public static void RequireDescriptor()
    {
        // The lowest free number is taken: this ends with the first that is none of the three.
        int descriptor;
        while ((descriptor = Open("/dev/full", WriteOnly)) is >= 0 and <= 2)
        {
        }

        if (descriptor > 2)
        {
            _ = Close(descriptor);
        }
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">A full disk, a closed pipe, no standard output.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* bytes = buffer)
            {
                written = Write(Descriptor, bytes, (nuint)buffer.Length);
            }

            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == TryAgain)
            {
                // A pipe that does not wait, and is full for the moment.
                Thread.Sleep(10);
            }
            else if (error != Interrupted)
            {
                throw new IOException(
                    $"the results cannot be written to the standard output: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(int descriptor, byte* bytes, nuint count);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
