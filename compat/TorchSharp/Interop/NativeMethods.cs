using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of Native/, one file here for each there. A null tensor or a false answer means that libtorch
/// threw: <see cref="Native.Failure"/> has the message.</summary>
internal static partial class NativeMethods
{
    private const string Library = "speakertorch";
}

/// <summary>A C++ <c>bool</c>: one byte.</summary>
internal readonly struct Flag
{
    private readonly byte value;

    private Flag(bool value) => this.value = value ? (byte)1 : (byte)0;

    public static implicit operator Flag(bool value) => new(value);

    public static implicit operator bool(Flag flag) => flag.value != 0;
}

/// <summary>A number as the C ABI takes it: kind 0 is an integer, 1 a real number, 2 a truth value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Number(long integer, double real, long kind)
{
    public readonly long Integer = integer;
    public readonly double Real = real;
    public readonly long Kind = kind;
}

/// <summary>One entry of an index expression; see Native/indexing.cpp for the kinds.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Index(IndexKind kind, long start, long stop, long step, nint tensor)
{
    public const long Absent = long.MinValue;

    public readonly IndexKind Kind = kind;
    public readonly long Start = start;
    public readonly long Stop = stop;
    public readonly long Step = step;
    public readonly nint Tensor = tensor;
}

internal enum IndexKind : long
{
    Ellipsis = 0,
    NewDimension = 1,
    Position = 2,
    Slice = 3,
    Tensor = 4,
    Truth = 5,
}
