using Speaker.CommandLine.Options;

namespace Speaker.Host.Inbox;

/// <summary>
/// Where a file of the inbox stands: it settles until its stamp has stood still for a while, is judged, and is moved
/// away. A file whose own header says that there is more of it settles longer. What fails is tried again, less and less
/// often. A stamp that changes begins all anew.
/// </summary>
/// <remarks>Time is this process's own: the clock of the machine that wrote the file does not count.</remarks>
internal sealed class WaitingFile
{
    private readonly InboxOptions _options;
    private readonly TimeProvider _time;
    private readonly Retry _retry;
    private FileStamp _stamp;
    private long _since;
    private bool _isIncomplete;
    private long? _asked;

    public WaitingFile(FileStamp stamp, InboxOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _retry = new Retry(TimeSpan.FromSeconds(options.RescanSeconds), time);
        Settle(stamp);
    }

    /// <summary>What was decided of it; null until something was.</summary>
    public Judgement? Judgement { get; private set; }

    /// <summary>Where it was copied to, if the copy is complete and only the original must still go.</summary>
    public string? CopiedTo { get; set; }

    /// <summary>Whether somebody was told that it is passed over, or cannot be worked on now.</summary>
    public bool IsReported { get; set; }

    /// <summary>Whether somebody was told that it waits for its rest; a slow copy may come to that often.</summary>
    public bool IsIncompleteReported { get; set; }

    /// <summary>Whether it has stood still for so long that what is missing will not come.</summary>
    public bool IsAbandoned => Still >= TimeSpan.FromSeconds(_options.IncompleteSeconds);

    /// <summary>Time until there is something to do; zero where it is due.</summary>
    public TimeSpan Wait
    {
        get
        {
            var needed = TimeSpan.FromSeconds(
                _isIncomplete ? Math.Max(_options.StableSeconds, _options.IncompleteSeconds) : _options.StableSeconds);
            var left = needed - Still;
            left = left > _retry.Wait ? left : _retry.Wait;
            return left > AnswerWait ? left : AnswerWait;
        }
    }

    /// <summary>Time until whoever judges it is asked again.</summary>
    private TimeSpan AnswerWait => _asked is { } asked
        ? TimeSpan.FromSeconds(_options.RescanSeconds) - _time.GetElapsedTime(asked)
        : TimeSpan.Zero;

    private TimeSpan Still => _time.GetElapsedTime(_since);

    /// <summary>It was looked at.</summary>
    public void See(FileStamp stamp)
    {
        if (stamp != _stamp)
        {
            Settle(stamp);
        }
    }

    /// <summary>There is a verdict, for which whoever judges it can be asked at once.</summary>
    public void Answered() => _asked = null;

    /// <summary>It was judged; an incomplete one will be again.</summary>
    public void Judged(Judgement judgement)
    {
        if (judgement is Judgement.Queued)
        {
            _asked = _time.GetTimestamp();
            return;
        }

        _asked = null;
        _isIncomplete = judgement is Judgement.Incomplete;
        if (!_isIncomplete)
        {
            Judgement = judgement;
            _retry.Succeeded();
        }
    }

    /// <summary>Reading or moving it failed for a reason that may pass.</summary>
    public void Failed()
    {
        _asked = null;
        _retry.Failed();
    }

    private void Settle(FileStamp stamp)
    {
        _stamp = stamp;
        _since = _time.GetTimestamp();
        _isIncomplete = false;
        _asked = null;
        _retry.Succeeded();
        Judgement = null;
        CopiedTo = null;
        IsReported = false;
    }
}
