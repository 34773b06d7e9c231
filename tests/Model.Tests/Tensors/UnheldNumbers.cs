using System.Reflection;
using TorchSharp;

namespace Speaker.Training.Tests.Tensors;

/// <summary>
/// What of TorchSharp makes a <see cref="Scalar"/> and lets go of it before the tensor library has read it, from
/// TorchSharp's own compiled code: see <see cref="Training.Tensors.TensorArithmetic"/>.
/// </summary>
internal static class UnheldNumbers
{
    private static readonly Module Library = typeof(torch).Module;

    /// <summary>Tokens of the methods of TorchSharp that convert a number, or call one that does.</summary>
    private static readonly HashSet<int> Makers = FindMakers();

    /// <summary>
    /// The calls by which a method makes such a number or uses a layer or an optimiser that will, as a person would
    /// look for them.
    /// </summary>
    /// <param name="method">Of another assembly than TorchSharp.</param>
    /// <param name="mayConvert">Whether it may make a number by <c>ToScalar</c>, which is the way to hold one.</param>
    public static IEnumerable<string> UsedBy(MethodBase method, bool mayConvert = false) =>
        from called in CompiledCalls.Of(method)
        where called.Module == Library
        where Makers.Contains(called.MetadataToken) ? !(mayConvert && IsExplicit(called)) : MakesAUser(called)
        select $"{method.DeclaringType} {method.Name}: {called.DeclaringType} {called}";

    private static HashSet<int> FindMakers()
    {
        var callers = new Dictionary<int, List<int>>();
        foreach (var method in CompiledCalls.MethodsOf(Library.Assembly))
        {
            foreach (var called in CompiledCalls.Of(method).Where(called => called.Module == Library))
            {
                (callers.TryGetValue(called.MetadataToken, out var list) ? list : callers[called.MetadataToken] = [])
                    .Add(method.MetadataToken);
            }
        }

        var conversions = typeof(Scalar).GetMethods().Concat(typeof(ScalarExtensionMethods).GetMethods())
            .Where(method => method.ReturnType == typeof(Scalar)).Select(method => method.MetadataToken);
        var makers = conversions.ToHashSet();
        var reached = new Queue<int>(makers);
        while (reached.TryDequeue(out var maker))
        {
            foreach (var caller in callers.GetValueOrDefault(maker, []).Where(makers.Add))
            {
                reached.Enqueue(caller);
            }
        }

        return makers;
    }

    private static bool IsExplicit(MethodBase method) => method.DeclaringType == typeof(ScalarExtensionMethods);

    /// <summary>Whether the call gives a layer or an optimiser whose work makes such numbers.</summary>
    private static bool MakesAUser(MethodBase called)
    {
        var made = called is MethodInfo method ? method.ReturnType : called.DeclaringType;
        for (var type = made; type is not null && type.Module == Library && IsUser(type); type = type.BaseType)
        {
            var work = type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly);
            if (work.Any(m => m.Name is "forward" or "step" && Makers.Contains(m.MetadataToken)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUser(Type type) =>
        typeof(torch.nn.Module).IsAssignableFrom(type) || typeof(torch.optim.Optimizer).IsAssignableFrom(type);
}
