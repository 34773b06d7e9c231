namespace Speaker.Host.Telephone.Sound;

/// <summary>
/// Puts numbered frames into their order. A frame that is missing is waited for until later ones fill the buffer; then it
/// is lost. The first frames are held as long, because the first to come need not be the first of the call.
/// </summary>
/// <param name="rate">Samples a second.</param>
/// <param name="seconds">How much sound is held while one waits.</param>
/// <remarks>Not thread safe.</remarks>
internal sealed class JitterBuffer(int rate, double seconds)
{
    /// <summary>Frames that wait at a time, however short they are: two seconds of frames of 2 ms.</summary>
    private const int MostWaiting = 1000;

    private readonly int _capacity = (int)(seconds * rate);
    private readonly SortedDictionary<long, float[]> _waiting = [];
    private int _waitingSamples;
    private long? _next;

    /// <summary>Frames that came.</summary>
    public int Received { get; private set; }

    /// <summary>Frames that were left out: they were empty, came twice, or after others had taken their
    /// place.</summary>
    public int Dropped { get; private set; }

    /// <summary>Numbers that were passed over; a frame that came after that counts as dropped too.</summary>
    public long Lost { get; private set; }

    /// <summary>Takes a frame.</summary>
    /// <param name="number">Its place, 0 to 2^53.</param>
    /// <param name="frame">Kept until its turn.</param>
    /// <returns>Frames whose turn it is, in their order.</returns>
    public IReadOnlyList<float[]> Push(long number, float[] frame)
    {
        Received++;
        if (frame.Length == 0 || number < _next || !_waiting.TryAdd(number, frame))
        {
            Dropped++;
            return [];
        }

        _waitingSamples += frame.Length;
        return Take(all: false);
    }

    /// <summary>What still waits, in its order: the stream has ended.</summary>
    public IReadOnlyList<float[]> Flush() => Take(all: true);

    private List<float[]> Take(bool all)
    {
        var ready = new List<float[]>(1);
        while (_waiting.Count > 0)
        {
            var (number, frame) = _waiting.First();
            if (number != _next)
            {
                // A gap, or the beginning.
                if (!all && _waitingSamples < _capacity && _waiting.Count < MostWaiting)
                {
                    break;
                }

                Lost += number - (_next ?? number);
            }

            _waiting.Remove(number);
            _waitingSamples -= frame.Length;
            _next = number + 1;
            ready.Add(frame);
        }

        return ready;
    }
}
