using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Turns answers of the C ABI into tensors and exceptions.</summary>
internal static class Native
{
    public static torch.Tensor Own(nint handle) => handle != 0 ? new torch.Tensor(handle) : throw Failure();

    public static void Check(Flag done)
    {
        if (!done) throw Failure();
    }

    /// <summary>What libtorch said on this thread's last failed call.</summary>
    public static ExternalException Failure() =>
        new(Marshal.PtrToStringUTF8(NativeMethods.torch_last_error())?.TrimEnd() ?? "libtorch gave no reason");

    public static NativeTensor Optional(torch.Tensor? tensor) => tensor?.Native ?? NativeTensor.None;

    /// <summary>The raw handles of tensors; the caller keeps <paramref name="tensors"/> alive over the call.</summary>
    public static nint[] Handles<T>(IList<T> tensors)
        where T : torch.Tensor
    {
        var handles = new nint[tensors.Count];
        for (var i = 0; i < handles.Length; i++) handles[i] = tensors[i].Native.DangerousGetHandle();
        return handles;
    }
}
