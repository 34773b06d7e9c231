namespace TorchSharp;

public static partial class torch
{
    /// <summary>From here to the scope's end, tensors made on this thread go with it. Scopes nest, a stack for each
    /// thread; do not <c>await</c> inside one.</summary>
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

    [field: ThreadStatic]
    internal static DisposeScope? Innermost { get; private set; }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        foreach (var tensor in tensors)
        {
            tensor.Scope = null;
            tensor.Dispose();
        }

        tensors.Clear();

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
