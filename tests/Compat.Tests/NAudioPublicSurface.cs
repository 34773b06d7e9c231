using System.Reflection;

namespace Speaker.Compat.Tests;

/// <summary>The public names of assemblies, one a line, sorted.</summary>
internal static class PublicSurface
{
    /// <summary>Compares a listed surface with the assemblies that these types come from.</summary>
    public static void Check(string listing, string standIn, Type[] types)
    {
        var assemblies = types.Select(type => type.Assembly).Distinct().ToArray();
        var listed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Surface", listing));
        if (assemblies.Any(assembly => assembly.GetName().Name == standIn))
        {
            Assert.Equal(listed, assemblies.SelectMany(assembly => Names(assembly, BindingFlags.DeclaredOnly))
                .Order(StringComparer.Ordinal));
        }
        else
        {
            Assert.Empty(listed.Except(assemblies.SelectMany(assembly => Names(assembly, BindingFlags.Default))));
        }
    }

    private static IEnumerable<string> Names(Assembly assembly, BindingFlags declaredOnly)
    {
        var members = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | declaredOnly;
        foreach (var type in assembly.GetExportedTypes())
        {
            yield return type.FullName!;
            if (type.IsEnum)
            {
                foreach (var name in Enum.GetNames(type))
                {
                    yield return $"{type.FullName}.{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}";
                }

                continue;
            }

            foreach (var member in type.GetMembers(members).Where(member => member is not Type))
            {
                yield return $"{type.FullName}.{member}";
            }
        }
    }
}
