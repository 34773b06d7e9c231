using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Speaker.CommandLine.Options;
using Speaker.Enrolment;

namespace Speaker.Host.Inbox;

/// <summary>Enrols a file, or says why not, or says that it is not done yet; see <see cref="InboxQueue"/>.</summary>
internal delegate Task<Judgement> JudgeFile(InboxFile file, bool isAbandoned, CancellationToken cancellationToken);

/// <summary>
/// One look at the inbox after the other. It remembers how far every file has come, does what is due, one file of each
/// speaker in turn, and says of each failure once that it is there. None of them keeps it from the other files.
/// </summary>
internal sealed class InboxScan
{
    private readonly InboxFolders _folders;
    private readonly InboxListing _listing;
    private readonly JudgeFile _judge;
    private readonly InboxOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _rescan;
    private readonly Retry _store;
    private readonly Dictionary<string, WaitingFile> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _answered = [];

    /// <summary>Of the inbox at the last look; null before the first, for the folder may not be there yet.</summary>
    private (ulong Device, ulong Inode)? _identity;

    private bool _isSharedReported;
    private bool _isLockReported;

    public InboxScan(
        InboxFolders folders, JudgeFile judge, InboxOptions options, TimeProvider time, ILogger logger)
    {
        _folders = folders;
        _listing = new InboxListing(folders.Inbox, [folders.Processed, folders.Refused]);
        _judge = judge;
        _options = options;
        _time = time;
        _logger = logger;
        _rescan = TimeSpan.FromSeconds(options.RescanSeconds);
        _store = new Retry(_rescan, time);
    }

    /// <summary>Files enrolled since the start.</summary>
    public int Enrolled { get; private set; }

    /// <summary>Files refused since the start.</summary>
    public int Refused { get; private set; }

    /// <summary>Whether the inbox was not there at the last look.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Counts up whenever the inbox went, or another folder came in its place.</summary>
    public int Replacements { get; private set; }

    /// <summary>There is a verdict on a file: the next look asks for it. Called on any thread.</summary>
    /// <param name="relativePath">As <see cref="InboxFile.RelativePath"/>.</param>
    public void Answer(string relativePath) => _answered.Enqueue(relativePath);

    /// <summary>Looks through the inbox once and does what is due.</summary>
    /// <returns>Time until the next look.</returns>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        if (List() is not { } found)
        {
            return _rescan;
        }

        Remember(found);
        while (_answered.TryDequeue(out var answered))
        {
            if (_files.TryGetValue(answered, out var state))
            {
                state.Answered();
            }
        }

        foreach (var file in found.Where(file => file.Obstacle is not null))
        {
            Report(file);
        }

        var begun = _time.GetTimestamp();
        var speakers = found.Where(file => file.Obstacle is null).GroupBy(file => file.Speaker!)
            .Select(files => new Queue<InboxFile>(files)).ToList();
        while (speakers.Count > 0)
        {
            foreach (var files in speakers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_store.Wait > TimeSpan.Zero)
                {
                    return Soonest(_store.Wait);
                }

                if (NextDue(files) is { } file && !await WorkAsync(file, cancellationToken))
                {
                    files.Clear();
                }
            }

            speakers.RemoveAll(files => files.Count == 0);
            if (_time.GetElapsedTime(begun) >= _rescan)
            {
                // Others may have come meanwhile.
                return TimeSpan.Zero;
            }
        }

        return Soonest(_rescan);
    }

    private IReadOnlyList<InboxFile>? List()
    {
        IReadOnlyList<InboxFile> found;
        try
        {
            found = _listing.Read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!IsGone)
            {
                IsGone = true;
                Replacements++;
                _logger.InboxGone(_folders.Inbox, exception.Message);
            }

            return null;
        }

        var identity = UnixFolder.IdentityOf(_folders.Inbox);
        if (IsGone)
        {
            IsGone = false;
            Replacements++;
            _logger.InboxBack(_folders.Inbox);
        }
        else if (_identity is not null && identity != _identity)
        {
            Replacements++;
            _logger.InboxReplaced(_folders.Inbox);
        }

        _identity = identity;
        return found;
    }

    private void Remember(IReadOnlyList<InboxFile> found)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in found)
        {
            present.Add(file.RelativePath);
            if (_files.TryGetValue(file.RelativePath, out var state))
            {
                state.See(file.Stamp);
            }
            else
            {
                _files.Add(file.RelativePath, new WaitingFile(file.Stamp, _options, _time));
            }
        }

        foreach (var gone in _files.Keys.Where(path => !present.Contains(path)).ToArray())
        {
            _files.Remove(gone);
        }
    }

    /// <summary>Says once of what is passed over that it is, unless it goes again soon.</summary>
    private void Report(InboxFile file)
    {
        var state = _files[file.RelativePath];
        if (!state.IsReported && state.Wait == TimeSpan.Zero)
        {
            state.IsReported = true;
            _logger.PassedOver(InboxFile.Printable(file.Path), file.Obstacle!);
        }
    }

    private InboxFile? NextDue(Queue<InboxFile> files)
    {
        while (files.TryDequeue(out var file))
        {
            if (_files[file.RelativePath].Wait == TimeSpan.Zero)
            {
                return file;
            }
        }

        return null;
    }

    private TimeSpan Soonest(TimeSpan limit) => _files.Values
        .Select(state => state.Wait).Where(wait => wait > TimeSpan.Zero).Append(limit).Min();

    /// <summary>Does the next thing with a file that is due.</summary>
    /// <returns>False where another service works on the speaker's files.</returns>
    private async Task<bool> WorkAsync(InboxFile file, CancellationToken cancellationToken)
    {
        var state = _files[file.RelativePath];
        try
        {
            using var claim = FolderClaim.TryTake(Path.Combine(file.Root, file.Speaker!));
            if (claim is null)
            {
                Once(ref _isSharedReported, _logger.Shared);
                return false;
            }

            if (!claim.IsExclusive)
            {
                Once(ref _isLockReported, _logger.WithoutLocks);
            }

            // Between the listing and the claim another service may have moved it.
            if (InboxListing.Look(file.Path) is not { } stamp)
            {
                return true;
            }

            state.See(stamp);
            if (state.Wait == TimeSpan.Zero)
            {
                await AdvanceAsync(file with { Stamp = stamp }, claim, state, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (StoreException exception)
        {
            if (!_store.HasFailed)
            {
                _logger.StoreFailed(exception.Message);
            }

            _store.Failed();
        }
#pragma warning disable CA1031 // whatever a file does, the others are still to be enrolled
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Postpone(file, state, exception);
        }

        return true;
    }

    /// <summary>Judges it unless it was, and moves it away.</summary>
    private async Task AdvanceAsync(
        InboxFile file, FolderClaim claim, WaitingFile state, CancellationToken cancellationToken)
    {
        if (state.Judgement is null)
        {
            var found = await _judge(file, state.IsAbandoned, cancellationToken);
            state.Judged(found);
            if (found is Judgement.Incomplete incomplete && !state.IsIncompleteReported)
            {
                state.IsIncompleteReported = true;
                _logger.Incomplete(
                    InboxFile.Printable(file.Name), InboxFile.Printable(file.Speaker!), _options.IncompleteSeconds,
                    InboxFile.Printable(incomplete.Reason));
            }

            if (_store.HasFailed && state.Judgement is Judgement.Enrolled)
            {
                _store.Succeeded();
                _logger.StoreBack();
            }
        }

        if (state.Judgement is not { } judgement)
        {
            return;
        }

        _folders.Move(file, claim, state);
        _files.Remove(file.RelativePath);
        var (name, speaker) = (InboxFile.Printable(file.Name), InboxFile.Printable(file.Speaker!));
        switch (judgement)
        {
            case Judgement.Enrolled { IsNew: true } enrolled:
                Enrolled++;
                _logger.Enrolled(
                    name, speaker, enrolled.SpeechSeconds, enrolled.Utterances, enrolled.Progress, enrolled.Summary);
                if (enrolled.KnownAs is { } other)
                {
                    _logger.KnownUnderAnotherName(
                        speaker, InboxFile.Printable(other.Speaker), other.Distance, other.Threshold);
                }

                break;
            case Judgement.Refused refused:
                Refused++;
                _logger.Refused(name, speaker, InboxFile.Printable(refused.Reason));
                break;
            default:
                _logger.AlreadyEnrolled(name, speaker);
                break;
        }
    }

    /// <summary>Notes that something went wrong that may pass, and says so the first time.</summary>
    private void Postpone(InboxFile file, WaitingFile state, Exception exception)
    {
        state.Failed();
        if (state.IsReported || !Path.Exists(file.Path))
        {
            // Whoever put it there may have taken it back while it was being read.
            return;
        }

        state.IsReported = true;
        var problem = exception is IOException or UnauthorizedAccessException
            ? exception.Message
            : $"internal error: {exception.GetType().Name}: {exception.Message}";
        var reason = state.Judgement switch
        {
            Judgement.Enrolled => $"it is enrolled, but {problem}",
            Judgement.Refused refused => $"it is refused ({refused.Reason}), but {problem}",
            _ => problem,
        };
        _logger.Postponed(
            InboxFile.Printable(file.Name), InboxFile.Printable(file.Speaker!), InboxFile.Printable(reason));
    }

    private static void Once(ref bool isReported, Action report)
    {
        if (!isReported)
        {
            isReported = true;
            report();
        }
    }
}
