using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Speaker.Host.Tests.Architecture;

/// <summary>
/// Which namespace uses which, read from compiled assemblies: base types, interfaces, constraints, fields, signatures,
/// attributes, local variables and whatever a method's instructions name. A nested type, those of the compiler for
/// lambdas, iterators and async methods included, counts to the namespace of its outermost owner. Constants and
/// <c>nameof</c> leave no trace in an assembly.
/// </summary>
internal sealed class NamespaceGraph
{
    /// <summary>For each namespace those that it uses, each with one pair of types that shows it.</summary>
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _uses = new(StringComparer.Ordinal);
    private readonly Func<TypeReference, string?> _placeOf;

    /// <param name="assemblies">Paths.</param>
    /// <param name="placeOf">The namespace that a type counts to; null for one that is not looked at, as those of packages
    /// and of generated code.</param>
    public NamespaceGraph(IEnumerable<string> assemblies, Func<TypeReference, string?> placeOf)
    {
        _placeOf = placeOf;
        foreach (var path in assemblies)
        {
            using var assembly = AssemblyDefinition.ReadAssembly(path);
            foreach (var type in assembly.MainModule.GetTypes())
            {
                foreach (var used in TypesOf(type))
                {
                    Add(type, used);
                }
            }
        }
    }

    public IEnumerable<string> Namespaces => _uses.Keys;

    /// <summary>
    /// For each namespace on a cycle the shortest way back to itself, with the types on the way; a cycle is told once.
    /// </summary>
    public IReadOnlyList<string> Cycles()
    {
        var cycles = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var start in _uses.Keys)
        {
            if (ShortestCycle(start) is { } cycle)
            {
                cycles.TryAdd(string.Join(' ', cycle.Order(StringComparer.Ordinal)), Describe(cycle));
            }
        }

        return [.. cycles.Values];
    }

    private void Add(TypeReference user, TypeReference used)
    {
        var (owner, other) = (Outermost(user), Outermost(used));
        if (_placeOf(owner) is not { } from || _placeOf(other) is not { } to || from == to)
        {
            return;
        }

        if (!_uses.TryGetValue(from, out var targets))
        {
            _uses.Add(from, targets = new(StringComparer.Ordinal));
        }

        targets.TryAdd(to, $"{owner.Name} uses {other.Name}");
    }

    private List<string>? ShortestCycle(string start)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var queue = new Queue<string>([start]);
        while (queue.TryDequeue(out var current))
        {
            foreach (var next in _uses.TryGetValue(current, out var targets) ? targets.Keys : Enumerable.Empty<string>())
            {
                if (next == start)
                {
                    var cycle = new List<string> { current };
                    while (cycle[^1] != start)
                    {
                        cycle.Add(cameFrom[cycle[^1]]);
                    }

                    cycle.Reverse();
                    return cycle;
                }

                if (cameFrom.TryAdd(next, current))
                {
                    queue.Enqueue(next);
                }
            }
        }

        return null;
    }

    private string Describe(List<string> cycle) => string.Join("; ", cycle.Select((from, i) =>
    {
        var to = cycle[(i + 1) % cycle.Count];
        return $"{from} -> {to} ({_uses[from][to]})";
    }));

    private static TypeReference Outermost(TypeReference type)
    {
        while (type.DeclaringType is { } owner)
        {
            type = owner;
        }

        return type;
    }

    private static IEnumerable<TypeReference> TypesOf(TypeDefinition type)
    {
        IEnumerable<TypeReference?> direct =
        [
            type.BaseType, .. type.Interfaces.Select(i => i.InterfaceType), .. Constraints(type),
            .. type.Fields.Select(field => field.FieldType),
            .. Attributes(type), .. type.Fields.SelectMany(Attributes), .. type.Properties.SelectMany(Attributes),
            .. type.Methods.SelectMany(TypesOf),
        ];
        return direct.SelectMany(Parts);
    }

    private static IEnumerable<TypeReference?> TypesOf(MethodDefinition method)
    {
        var signature = Signature(method).Concat(Constraints(method)).Concat(Attributes(method))
            .Concat(method.Parameters.SelectMany(Attributes)).Concat(Attributes(method.MethodReturnType));
        return !method.HasBody ? signature : signature
            .Concat(method.Body.Variables.Select(variable => variable.VariableType))
            .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType))
            .Concat(method.Body.Instructions.SelectMany(Operand));
    }

    private static IEnumerable<TypeReference?> Operand(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method =>
        [
            method.DeclaringType, .. Signature(method),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : Enumerable.Empty<TypeReference>(),
        ],
        _ => [],
    };

    private static IEnumerable<TypeReference> Signature(IMethodSignature method) =>
        method.Parameters.Select(parameter => parameter.ParameterType).Append(method.ReturnType);

    private static IEnumerable<TypeReference> Constraints(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => parameter.Constraints, (_, c) => c.ConstraintType);

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute => attribute.ConstructorArguments
            .Concat(attribute.Properties.Select(property => property.Argument))
            .Select(argument => argument.Value).OfType<TypeReference>().Append(attribute.AttributeType));

    /// <summary>The type and what it is made of: element types, type arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        FunctionPointerType pointer => Signature(pointer).SelectMany(Parts),
        IModifierType modified => Parts(modified.ElementType).Concat(Parts(modified.ModifierType)),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
