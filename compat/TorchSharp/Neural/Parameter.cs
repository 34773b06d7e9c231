using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp.Modules;

/// <summary>A tensor that is learnt. It shares the memory of its data and belongs to no dispose scope: its module
/// disposes it.</summary>
public sealed class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true)
        : base(Detached(data))
    {
        if (requires_grad) requires_grad_();
    }

    private static NativeTensor Detached(torch.Tensor data)
    {
        var handle = torch_detach(data.Native);
        return handle != 0 ? new NativeTensor(handle) : throw Interop.Native.Failure();
    }
}
