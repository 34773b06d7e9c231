using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Speaker.Model.Encoding;
using TorchSharp;

namespace Speaker.Compat.Tests;

/// <summary>The stand-in for TorchSharp has the public names that src/ uses and nothing more.</summary>
[Collection(TorchTests.Name)]
public class TorchSurfaceTests
{
    /// <summary>Used by the application's examination of the machine and by tests, not by the model.</summary>
    private static readonly string[] UsedElsewhere =
    [
        "TorchSharp.ModuleExtensionMethods.to",
        "TorchSharp.torch.Tensor.TotalCount",
        "TorchSharp.torch.Tensor.fill_",
        "TorchSharp.torch.Tensor.narrow",
        "TorchSharp.torch.Tensor.requires_grad_",
        "TorchSharp.torch.autograd.grad",
        "TorchSharp.torch.nn.Module.state_dict",
        "TorchSharp.torch.ones",
        "TorchSharp.torch.random.manual_seed",
        "TorchSharp.torch.zeros",
    ];

    private static Assembly Library => typeof(torch).Assembly;

    [Fact]
    public void PublicNames_AreTheListed()
    {
        var listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Surface", "TorchSharp.surface.txt"));

        Assert.Equal("TorchSharp.Compat", Library.GetName().Name);
        Assert.Equal(listed, Members().Select(member => member.Line).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void PublicNames_AreAllUsed()
    {
        var used = Referenced(typeof(Encoder).Assembly.Location);
        used.UnionWith(UsedElsewhere);

        var needed = Members()
            .Where(member => member.Member is not null && !Inherited(member.Member))
            .Select(member => member.Name)
            .ToHashSet(StringComparer.Ordinal);
        needed.ExceptWith(used);
        Assert.Empty(needed);
    }

    private static IEnumerable<(string Name, string Line, MemberInfo? Member)> Members()
    {
        const BindingFlags Public =
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var type in Library.GetExportedTypes())
        {
            var name = type.FullName!.Replace('+', '.');
            yield return (name, name, null);
            if (type.IsEnum)
            {
                foreach (var entry in Enum.GetNames(type))
                {
                    var number = Convert.ToInt64(Enum.Parse(type, entry), null);
                    yield return ($"{name}.{entry}", $"{name}.{entry} = {number}", null);
                }

                continue;
            }

            foreach (var member in type.GetMembers(Public))
            {
                // Accessors are named by their property; operators have names of their own.
                var accessor = member is MethodInfo { IsSpecialName: true } method
                    && !method.Name.StartsWith("op_", StringComparison.Ordinal);
                if (member is Type || accessor) continue;
                yield return ($"{name}.{member.Name}", $"{name}.{member.Name} : {member}", member);
            }
        }
    }

    /// <summary>Overrides and implementations are reached through what they override or implement; what is abstract
    /// is there for the sources to override.</summary>
    private static bool Inherited(MemberInfo member)
    {
        var method = member switch
        {
            MethodInfo own => own,
            PropertyInfo property => property.GetMethod,
            _ => null,
        };
        if (method is null) return false;
        if (method.IsAbstract && !method.DeclaringType!.IsInterface) return true;
        if (method.GetBaseDefinition().DeclaringType != method.DeclaringType) return true;
        var type = method.DeclaringType!;
        return !type.IsInterface
            && type.GetInterfaces().Any(face => type.GetInterfaceMap(face).TargetMethods.Contains(method));
    }

    /// <summary>The names of the library that an assembly's code refers to.</summary>
    private static HashSet<string> Referenced(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = file.GetMetadataReader();
        var names = new TypeNames();
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            var type = member.Parent.Kind switch
            {
                HandleKind.TypeReference => names.GetTypeFromReference(reader, (TypeReferenceHandle)member.Parent, 0),
                HandleKind.TypeSpecification =>
                    reader.GetTypeSpecification((TypeSpecificationHandle)member.Parent).DecodeSignature(names, null),
                _ => string.Empty,
            };
            var name = reader.GetString(member.Name);
            used.Add($"{type}.{name}");

            // A property is referred to by its accessors.
            if (name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal))
            {
                used.Add($"{type}.{name[4..]}");
            }
        }

        return used;
    }

    /// <summary>Writes types as their names; generic arguments are left out.</summary>
    private sealed class TypeNames : ISignatureTypeProvider<string, object?>
    {
        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var type = reader.GetTypeReference(handle);
            var outer = type.ResolutionScope.Kind == HandleKind.TypeReference
                ? GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0)
                : reader.GetString(type.Namespace);
            return $"{outer}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            reader.GetString(reader.GetTypeDefinition(handle).Name);

        public string GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

        public string GetArrayType(string elementType, ArrayShape shape) => elementType;

        public string GetByReferenceType(string elementType) => elementType;

        public string GetFunctionPointerType(MethodSignature<string> signature) => string.Empty;

        public string GetGenericMethodParameter(object? genericContext, int index) => string.Empty;

        public string GetGenericTypeParameter(object? genericContext, int index) => string.Empty;

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => elementType;

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSZArrayType(string elementType) => elementType;
    }
}
