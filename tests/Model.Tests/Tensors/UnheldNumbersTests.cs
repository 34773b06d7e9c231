using System.Reflection;
using Speaker.Training.Network;
using Speaker.Training.Tensors;
using TorchSharp;
using TorchSharp.Modules;

namespace Speaker.Training.Tests.Tensors;

/// <summary>No number that a collection can free while the tensor library reads it.</summary>
public class UnheldNumbersTests
{
    /// <summary>What must be found, each written as one would.</summary>
    private static class Unheld
    {
        public static torch.Tensor Product(torch.Tensor x) => x * 0.5;

        public static torch.Tensor ProductFromTheLeft(torch.Tensor x) => 2 * x;

        public static torch.Tensor Quotient(torch.Tensor x) => x / 3f;

        public static torch.Tensor Difference(torch.Tensor x) => x - 1L;

        public static torch.Tensor SumOfTensors(torch.Tensor x) => x + x;

        public static torch.Tensor Clamp(torch.Tensor x) => x.clamp_min(0);

        public static torch.Tensor Square(torch.Tensor x) => x.square();

        public static torch.Tensor Power(torch.Tensor x) => x.pow(2);

        public static torch.Tensor Fill(torch.Tensor x) => x.fill_(1);

        public static torch.Tensor Comparison(torch.Tensor x) => x.eq(0);

        public static torch.Tensor Mask(torch.Tensor x) => x.masked_fill(x, float.NegativeInfinity);

        public static torch.Tensor Full() => torch.full([2], 0.5);

        public static torch.Tensor InALambda(torch.Tensor x) => Enumerable.Repeat(x, 1).Select(y => y * 0.5).First();

        public static torch.Tensor ByConversion(torch.Tensor x)
        {
            Scalar half = 0.5;
            return x.mul(half);
        }

        public static torch.Tensor Softplus(torch.Tensor x) => torch.nn.functional.softplus(x);

        public static BatchNorm2d Layer() => torch.nn.BatchNorm2d(3);

        public static SGD Optimiser(Parameter[] parameters) => torch.optim.SGD(parameters, 0.1);
    }

    /// <summary>What must not be found.</summary>
    private static class Held
    {
        public static torch.Tensor ByTheHelper(torch.Tensor x) => x.Times(0.5).Plus(x).ClampMin(0);

        public static torch.Tensor BetweenTensors(torch.Tensor x) => (x * x - x) / x;

        public static torch.Tensor ByAFunction(torch.Tensor x) =>
            torch.nn.functional.batch_norm(x, null, null, training: true).relu_().softmax(1);

        public static Linear Layer() => torch.nn.Linear(3, 3);
    }

    public static TheoryData<string> UnheldNames => [.. Methods(typeof(Unheld)).Select(method => method.Name)];

    public static TheoryData<string> HeldNames => [.. Methods(typeof(Held)).Select(method => method.Name)];

    [Fact]
    public void Training_AllMethods_HoldEveryNumber() => AssertNone(
        from method in CompiledCalls.MethodsOf(typeof(Encoder).Assembly)
        from use in UnheldNumbers.UsedBy(method, mayConvert: method.DeclaringType == typeof(TensorArithmetic))
        select use);

    [Fact]
    public void TensorArithmetic_EveryNumberThatItMakes_IsDisposedInTheSameMethod()
    {
        foreach (var method in Methods(typeof(TensorArithmetic)))
        {
            var calls = CompiledCalls.Of(method).ToArray();
            var made = calls.Count(call => call is MethodInfo { Name: "ToScalar" });
            Assert.True(
                made <= calls.Count(call => call.Name == nameof(IDisposable.Dispose)),
                $"{method} makes {made} numbers; hold each with 'using var'");
        }
    }

    [Fact]
    public void Tests_AllMethods_HoldEveryNumber() => AssertNone(
        from method in CompiledCalls.MethodsOf(typeof(UnheldNumbersTests).Assembly)
        where !IsOf(method.DeclaringType, typeof(Unheld))
        from use in UnheldNumbers.UsedBy(method)
        select use);

    [Theory]
    [MemberData(nameof(UnheldNames))]
    public void UsedBy_UnheldNumber_FindsIt(string name)
    {
        var method = typeof(Unheld).GetMethod(name)!;
        var nested = typeof(Unheld).GetNestedTypes(BindingFlags.NonPublic).SelectMany(Methods)
            .Where(lambda => lambda.Name.Contains($"<{name}>", StringComparison.Ordinal));
        Assert.NotEmpty(nested.Prepend(method).SelectMany(m => UnheldNumbers.UsedBy(m)));
    }

    [Theory]
    [MemberData(nameof(HeldNames))]
    public void UsedBy_HeldNumber_FindsNothing(string name) =>
        Assert.Empty(UnheldNumbers.UsedBy(typeof(Held).GetMethod(name)!));

    private static void AssertNone(IEnumerable<string> uses) => Assert.Equal(
        "", string.Join("; ", uses.Select(use => $"use TensorArithmetic for {use}")));

    private static MethodInfo[] Methods(Type type) => type.GetMethods(
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic
        | BindingFlags.DeclaredOnly);

    private static bool IsOf(Type? type, Type outer) =>
        type is not null && (type == outer || IsOf(type.DeclaringType, outer));
}
