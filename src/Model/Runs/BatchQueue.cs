using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Speaker.Training.Runs;

/// <summary>Makes batches ahead of the steps, in their order: each maker on a thread of its own, every so many-th
/// step.</summary>
internal sealed class BatchQueue<TBatch> : IDisposable
{
    /// <summary>Batches that are ready or being made at least.</summary>
    private const int Ahead = 3;

    private readonly Line[] _lines;
    private readonly CancellationTokenSource _stop = new();
    private int _next;

    /// <param name="makers">Each makes the batch of a step, all of them the same one; no maker is called twice at a
    /// time.</param>
    /// <param name="firstStep">From 0.</param>
    /// <param name="steps">One more than the last step.</param>
    public BatchQueue(IReadOnlyList<Func<int, TBatch>> makers, int firstStep, int steps)
    {
        var capacity = Math.Max(1, Ahead / makers.Count);
        _lines = [.. makers.Select((make, i) =>
            new Line(make, firstStep + i, steps, makers.Count, capacity, _stop.Token))];
    }

    /// <summary>The next step's batch; what the maker threw, where it failed.</summary>
    public TBatch Take(CancellationToken cancellationToken)
    {
        var line = _lines[_next];
        _next = (_next + 1) % _lines.Length;
        return line.Take(cancellationToken);
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var line in _lines)
        {
            line.Dispose();
        }

        _stop.Dispose();
    }

    /// <summary>One maker and what it has ready.</summary>
    private sealed class Line : IDisposable
    {
        private readonly BlockingCollection<TBatch> _ready;
        private readonly Thread _thread;
        private ExceptionDispatchInfo? _failure;

        public Line(Func<int, TBatch> make, int firstStep, int steps, int stride, int capacity, CancellationToken stop)
        {
            _ready = new BlockingCollection<TBatch>(capacity);
            _thread = new Thread(() => Run(make, firstStep, steps, stride, stop))
            {
                IsBackground = true,
                Name = "training batches",
            };
            _thread.Start();
        }

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
            _thread.Join();
            _ready.Dispose();
        }

        private void Run(Func<int, TBatch> make, int firstStep, int steps, int stride, CancellationToken stop)
        {
            try
            {
                for (var step = firstStep; step < steps; step += stride)
                {
                    _ready.Add(make(step), stop);
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
}
