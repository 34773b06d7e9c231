namespace TorchSharp;

public static partial class torch
{
    /// <summary>From here to the scope's end, tensors made on this thread go with it. Scopes nest, a stack for each thread;
    /// do not <c>await</c> inside one.</summary>
    public static DisposeScope NewDisposeScope() => new();
}

/// <summary>Disposes, at its end, the tensors made in it that nobody moved out.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScope? outer;
    private readonly List<torch.Tensor> tensors = [];
    private bool disposed;

    internal DisposeScope()
    {
        outer = Innermost;
        Innermost = this;
    }

    /// <summary>How many tensors this scope will dispose.</summary>
    public int DisposablesCount => tensors.Count;

    [field: ThreadStatic]
    internal static DisposeScope? Innermost { get; private set; }

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor && tensor.Scope == this;

    /// <summary>Takes a tensor out of every scope: from now on the caller disposes it.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        if (disposable is torch.Tensor { Scope: { } scope } tensor) scope.Release(tensor);
        return disposable;
    }

    /// <summary>Gives a tensor to the scope around this one; without one, to the caller.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        if (disposable is torch.Tensor tensor) MoveToOuter(tensor);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    /// <summary>Disposes what this scope holds now; the scope stays.</summary>
    public void DisposeEverything()
    {
        foreach (var tensor in tensors)
        {
            tensor.Scope = null;
            tensor.Dispose();
        }

        tensors.Clear();
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        DisposeEverything();

        // Scopes end in the order opposite to their start; one that was skipped over ends with the one around it.
        for (var scope = Innermost; scope is not null; scope = scope.outer)
        {
            if (scope != this) continue;
            while (Innermost != this) Innermost!.Dispose();
            Innermost = outer;
            return;
        }
    }

    internal void Take(torch.Tensor tensor)
    {
        tensor.Scope = this;
        tensor.PlaceInScope = tensors.Count;
        tensors.Add(tensor);
    }

    /// <summary>Lets go of a tensor in constant time: the last one takes its place, order means nothing here.</summary>
    internal void Release(torch.Tensor tensor)
    {
        var last = tensors[^1];
        tensors[tensor.PlaceInScope] = last;
        last.PlaceInScope = tensor.PlaceInScope;
        tensors.RemoveAt(tensors.Count - 1);
        tensor.Scope = null;
    }

    internal void MoveToOuter(torch.Tensor tensor)
    {
        tensor.Scope?.Release(tensor);
        outer?.Take(tensor);
    }
}
