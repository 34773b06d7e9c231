namespace NAudio.Wave;

/// <summary>Captured bytes. The buffer is used again once the handler returns.</summary>
public class WaveInEventArgs : EventArgs
{
    public WaveInEventArgs(byte[] buffer, int bytes)
    {
        Buffer = buffer;
        BytesRecorded = bytes;
    }

    public byte[] Buffer { get; }

    public int BytesRecorded { get; }
}
