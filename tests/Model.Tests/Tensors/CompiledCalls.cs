using System.Reflection;
using System.Reflection.Emit;

namespace Speaker.Training.Tests.Tensors;

/// <summary>The methods that a compiled method calls, makes objects with or takes the address of.</summary>
internal static class CompiledCalls
{
    private const byte FirstOfTwo = 0xFE;

    private static readonly Dictionary<int, OpCode> Codes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value & 0xFFFF);

    /// <summary>All methods and constructors that an assembly declares; of types whose parts are here.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Assembly assembly)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
            | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return TypesOf(assembly).SelectMany(type => type.GetMethods(own).Concat<MethodBase>(type.GetConstructors(own)));
    }

    /// <summary>In the order of the code; what is declared in an assembly that is not here is left out.</summary>
    public static IEnumerable<MethodBase> Of(MethodBase method)
    {
        var code = WhereHere(() => method.GetMethodBody()?.GetILAsByteArray()) ?? [];
        for (var at = 0; at < code.Length;)
        {
            var operation = code[at] == FirstOfTwo ? Codes[(FirstOfTwo << 8) | code[at + 1]] : Codes[code[at]];
            at += operation.Size;
            if (operation.OperandType == OperandType.InlineMethod
                && Resolve(method, BitConverter.ToInt32(code, at)) is { } called)
            {
                yield return called;
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            return [.. e.Types.OfType<Type>()];
        }
    }

    private static MethodBase? Resolve(MethodBase caller, int token) => WhereHere(() => caller.Module.ResolveMethod(
        token,
        caller.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        caller.IsGenericMethod ? caller.GetGenericArguments() : null));

    /// <summary>Null for what has a part of an assembly that is not here: none of it can run.</summary>
    private static T? WhereHere<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
