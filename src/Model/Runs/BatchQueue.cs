using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Speaker.Training.Runs;

/// <summary>Makes batches ahead of the steps, in their order, on a thread of its own.</summary>
internal sealed class BatchQueue<TBatch> : IDisposable
{
    private const int Ahead = 3;

    private readonly BlockingCollection<TBatch> _ready = new(Ahead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    public BatchQueue(Func<int, TBatch> make, int firstStep, int steps)
    {
        _thread = new Thread(() => Run(make, firstStep, steps)) { IsBackground = true, Name = "training batches" };
        _thread.Start();
    }

    /// <summary>The next step's batch; what the maker threw, where it failed.</summary>
    public TBatch Take(CancellationToken cancellationToken)
    {
        if (_ready.TryTake(out var batch, Timeout.Infinite, cancellationToken))
        {
            return batch;
        }

        _failure?.Throw();
        throw new InvalidOperationException("Every batch has been taken.");
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _ready.Dispose();
        _stop.Dispose();
    }

    private void Run(Func<int, TBatch> make, int firstStep, int steps)
    {
        try
        {
            for (var step = firstStep; step < steps; step++)
            {
                _ready.Add(make(step), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed while waiting for room: nobody wants the rest.
        }
        catch (Exception e)
        {
            // Whatever it is, it belongs to the thread that waits for the batch.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }
}
