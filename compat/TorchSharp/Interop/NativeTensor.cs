using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>One reference to a tensor of libtorch. One that nobody disposed goes when the collector finds it.</summary>
internal sealed class NativeTensor : SafeHandle
{
    /// <summary>Stands for "no tensor" where a function takes an optional one.</summary>
    public static readonly NativeTensor None = new(0);

    public NativeTensor(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.torch_release(handle);
        return true;
    }
}
