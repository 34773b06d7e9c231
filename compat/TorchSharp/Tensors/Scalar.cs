using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number that stands beside a tensor; made by conversion from the numbers of C#.</summary>
public readonly struct Scalar
{
    private Scalar(Number number) => Number = number;

    internal Number Number { get; }

    public static implicit operator Scalar(int value) => new(new Number(value, 0, 0));

    public static implicit operator Scalar(long value) => new(new Number(value, 0, 0));

    public static implicit operator Scalar(float value) => new(new Number(0, value, 1));

    public static implicit operator Scalar(double value) => new(new Number(0, value, 1));
}
