using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Speaker.Audio.Files.SoundFile;

namespace Speaker.Audio.Files.Isolation;

/// <summary>The process that decodes: file after file, until nobody gives it one.</summary>
internal static class DecoderWorker
{
    private const int UsageError = 3;

    /// <summary>Samples of all channels that are sent at a time.</summary>
    private const int BlockLength = DecoderChannel.MostBytes / sizeof(float);

    /// <param name="arguments">Processor seconds a block, megabytes.</param>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length != 2
            || !int.TryParse(arguments[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes))
        {
            Console.Error.WriteLine("This verb is the program's own: it decodes sound for another process of it.");
            return UsageError;
        }

        ProcessLimits.LeaveSignalsToTheParent();
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        var channel = new DecoderChannel(input, output);
        try
        {
            // libsndfile and the first file's pages are in memory before it is bounded.
            var isBounded = false;
            while (channel.Receive(out var content) is { } message)
            {
                if (message != DecoderMessage.Open)
                {
                    return UsageError;
                }

                if (!isBounded && SoundFileLibrary.IsInstalled)
                {
                    ProcessLimits.AllowMemory(megabytes);
                    isBounded = true;
                }

                Decode(channel, BinaryPrimitives.ReadInt64LittleEndian(content), seconds);
            }
        }
        catch (IOException)
        {
            // Nobody waits for the rest.
        }

        return 0;
    }

    private static void Decode(DecoderChannel channel, long length, int seconds)
    {
        try
        {
            using var sound = new RemoteStream(channel, length);
            ProcessLimits.AllowProcessorTime(seconds);
            using var file = new SoundFileReader(sound);
            Span<byte> opened = stackalloc byte[16];
            BinaryPrimitives.WriteInt32LittleEndian(opened, file.WaveFormat.SampleRate);
            BinaryPrimitives.WriteInt32LittleEndian(opened[4..], file.WaveFormat.Channels);
            BinaryPrimitives.WriteInt64LittleEndian(opened[8..], file.ClaimedFrames);
            channel.Send(DecoderMessage.Opened, opened);

            // A second at most, so that the time for it says something.
            var samples = new float[(int)Math.Min(BlockLength, file.WaveFormat.SampleRate * (long)file.WaveFormat.Channels)];
            for (var read = -1; read != 0;)
            {
                ProcessLimits.AllowProcessorTime(seconds);
                read = file.Read(samples);
                channel.Send(DecoderMessage.Samples, MemoryMarshal.AsBytes(samples.AsSpan(0, read)));
            }
        }
        catch (SoundFileException exception)
        {
            Fail(channel, exception.Message, exception.ErrorCode);
        }
        catch (DllNotFoundException exception)
        {
            Fail(channel, exception.Message, SoundFileException.NotInstalled);
        }
    }

    private static void Fail(DecoderChannel channel, string message, int error)
    {
        byte[] content = [0, 0, 0, 0, .. Encoding.UTF8.GetBytes(message)];
        BinaryPrimitives.WriteInt32LittleEndian(content, error);
        channel.Send(DecoderMessage.Failed, content);
    }

    /// <summary>The file of the other process, block by block.</summary>
    private sealed class RemoteStream(DecoderChannel channel, long length) : Stream
    {
        private readonly byte[] _block = new byte[DecoderChannel.MostBytes];
        private long _blockStart;
        private int _blockLength;
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _position;
            set => _position = value >= 0 ? value : throw new IOException("a position before the beginning");
        }

        public override int Read(Span<byte> buffer)
        {
            if (_position >= length || buffer.IsEmpty)
            {
                return 0;
            }

            if (_position < _blockStart || _position >= _blockStart + _blockLength)
            {
                Fetch();
            }

            var block = _block.AsSpan((int)(_position - _blockStart), (int)(_blockStart + _blockLength - _position));
            var count = Math.Min(block.Length, buffer.Length);
            block[..count].CopyTo(buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            _ => length,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        /// <summary>On a grid, so that going back a little fetches no block twice.</summary>
        private void Fetch()
        {
            _blockStart = _position - (_position % _block.Length);
            Span<byte> request = stackalloc byte[12];
            BinaryPrimitives.WriteInt64LittleEndian(request, _blockStart);
            BinaryPrimitives.WriteInt32LittleEndian(request[8..], _block.Length);
            channel.Send(DecoderMessage.Read, request);
            if (channel.Receive(out var content) != DecoderMessage.Bytes)
            {
                throw new IOException("the other process is gone");
            }

            content.CopyTo(_block);
            _blockLength = content.Length;
            if (_blockLength <= _position - _blockStart)
            {
                throw new IOException("the file became shorter while it was read");
            }
        }
    }
}
