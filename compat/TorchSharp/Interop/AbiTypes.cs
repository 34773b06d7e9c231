using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>A C++ <c>bool</c>: one byte.</summary>
internal readonly struct Flag
{
    private readonly byte value;

    private Flag(bool value) => this.value = value ? (byte)1 : (byte)0;

    public static implicit operator Flag(bool value) => new(value);

    public static implicit operator bool(Flag flag) => flag.value != 0;
}

/// <summary>A number as the C ABI takes it: kind 0 is an integer, 1 a real number.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Number(long integer, double real, long kind)
{
    public readonly long Integer = integer;
    public readonly double Real = real;
    public readonly long Kind = kind;
}
