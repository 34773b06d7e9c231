using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Speaker.Audio.Validation;

namespace Speaker.Training.Runs;

/// <summary>The names of <see cref="TrainingOptions"/> as settings have them, by path ("sampling.speakers"), and what may
/// stand behind each: from the same description of the types that the options are read by.</summary>
internal static class TrainingOptionNames
{
    /// <summary>What is wrong with values, as a sentence that begins with the path; null where nothing is. Bounds are not
    /// looked at.</summary>
    /// <param name="values">Settings as they were given.</param>
    /// <param name="path">Of the first name that is wrong; empty where none is.</param>
    public static string? Problem(JsonObject values, out string path) =>
        Problem(values, Describe(typeof(TrainingOptions))!, "", out path);

    private static string? Problem(JsonObject values, JsonTypeInfo group, string prefix, out string path)
    {
        foreach (var (name, value) in values)
        {
            path = prefix + name;
            if (group.Properties.FirstOrDefault(each => each.Name == name) is not { } property)
            {
                return $"there is no training option {path}" + Hint(path, name, prefix, group);
            }

            var isNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null
                || property.PropertyType == typeof(string);
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var isGroup = Describe(type) is { Kind: JsonTypeInfoKind.Object };
            if (isGroup && value is JsonObject part)
            {
                if (Problem(part, Describe(type)!, path + ".", out var inner) is { } problem)
                {
                    path = inner;
                    return problem;
                }
            }
            else if (isGroup || !(value is null ? isNullable : IsOf(type, value)))
            {
                return Bounds.Sentence($"training option {path}", value?.ToJsonString() ?? "null", Needed(type, isGroup));
            }
        }

        path = "";
        return null;
    }

    /// <summary>The nearest name beside it, or one that is the same in another group, or all that are beside it.</summary>
    private static string Hint(string path, string name, string prefix, JsonTypeInfo group)
    {
        string[] beside = [.. group.Properties.Select(property => prefix + property.Name)];
        var meant = Spelling.Nearest(name, group.Properties.Select(property => property.Name)) is { } nearest
            ? prefix + nearest
            : All(Describe(typeof(TrainingOptions))!, "").FirstOrDefault(
                other => other.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));
        return meant is null ? Spelling.Hint(path, beside) : Spelling.Hint(meant, [meant]);
    }

    private static IEnumerable<string> All(JsonTypeInfo group, string prefix) => group.Properties.SelectMany(
        property => Describe(property.PropertyType) is { Kind: JsonTypeInfoKind.Object } part
            ? All(part, $"{prefix}{property.Name}.")
            : [prefix + property.Name]);

    private static bool IsOf(Type type, JsonNode value)
    {
        try
        {
            _ = value.Deserialize(Describe(type)!);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Needed(Type type, bool isGroup) =>
        isGroup ? "a group of options"
        : type.IsEnum ? Bounds.OneOf([.. Enum.GetValues(type).Cast<object>().Select(
            value => JsonSerializer.SerializeToNode(value, Describe(type)!)!.GetValue<string>())])
        : type == typeof(string) ? "a text"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : "a list";

    private static JsonTypeInfo? Describe(Type type) => TrainingSettingsJson.Default.GetTypeInfo(type);
}
