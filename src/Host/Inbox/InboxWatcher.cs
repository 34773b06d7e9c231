namespace Speaker.Host.Inbox;

/// <summary>
/// Tells at once that something arrived in the inbox, where the system can. The scans find everything also without it,
/// only later: where there is none, or its folder is replaced, it is opened again after a while.
/// </summary>
internal sealed class InboxWatcher(
    string folder, Action arrived, Action<string> failed, TimeProvider time) : IDisposable
{
    private readonly Retry _retry = new(TimeSpan.FromMinutes(1), time);
    private FileSystemWatcher? _watcher;
    private volatile bool _isBroken;
    private bool _isReported;

    /// <summary>Opens it if it is closed and due.</summary>
    public void Open()
    {
        if (_isBroken)
        {
            _isBroken = false;
            Close();
            _retry.Failed();
        }

        if (_watcher is not null || _retry.Wait > TimeSpan.Zero)
        {
            return;
        }

        var watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true };
        try
        {
            watcher.Created += (_, _) => arrived();
            watcher.Renamed += (_, _) => arrived();
            watcher.Error += (_, error) => Fail(error.GetException());
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            watcher.Dispose();
            Report(exception);
            _retry.Failed();
        }
    }

    /// <summary>Closes it, for it looks at a folder that is gone.</summary>
    public void Close()
    {
        _watcher?.Dispose();
        _watcher = null;
    }

    public void Dispose() => Close();

    private void Fail(Exception exception)
    {
        // Folders that may not be looked at are the listing's to report; after too many events a scan is enough.
        if (exception is not (UnauthorizedAccessException or InternalBufferOverflowException))
        {
            _isBroken = true;
            Report(exception);
        }

        arrived();
    }

    private void Report(Exception exception)
    {
        if (!_isReported)
        {
            _isReported = true;
            failed(exception.Message);
        }
    }
}
