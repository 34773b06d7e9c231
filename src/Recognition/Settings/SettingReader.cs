using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker.Settings;

/// <summary>
/// Sets options by a section of the configuration whose keys are named as the properties. Numbers are read by
/// <see cref="StrictNumber"/>; a key that is no property and a value of another type are failures, never passed over.
/// </summary>
/// <remarks>The binder of Microsoft.Extensions.Configuration reads " 1e5", NaN and Infinity, leaves an empty value as if
/// nobody had given it, and names no source.</remarks>
/// <param name="source">For the messages.</param>
internal sealed class SettingReader(ISettingSource source)
{
    private readonly List<string> _failures = [];

    /// <summary>Sets what the section has of the properties of <paramref name="options"/>: texts, numbers, true or
    /// false.</summary>
    /// <param name="section">The group of settings.</param>
    /// <param name="options">What they are for.</param>
    /// <param name="shorthand">The property that a text in the place of the group is for; null: none.</param>
    /// <param name="group">A group within this one that others read; null: none.</param>
    public void Read<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(
        IConfigurationSection section, T options, string? shorthand = null, string? group = null)
        where T : class
    {
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        if (!string.IsNullOrEmpty(section.Value))
        {
            if (shorthand is null)
            {
                Fail(section.Path, section.Value, "a group of settings");
            }
            else
            {
                properties[shorthand].SetValue(options, section.Value);
            }
        }

        foreach (var setting in section.GetChildren())
        {
            if (properties.TryGetValue(setting.Key, out var property))
            {
                Set(property, setting, options);
            }
            else if (!setting.Key.Equals(group, StringComparison.OrdinalIgnoreCase))
            {
                _failures.Add(
                    $"there is no {source.NameOf(setting.Path)}{Spelling.Hint(setting.Key, properties.Keys)}"
                    + source.AdviceOf(setting.Path));
            }
        }
    }

    /// <exception cref="OptionsValidationException">Something could not be read; the message names every setting with its
    /// value, its bound and where it is from.</exception>
    public void ThrowIfFailed(Type optionsType)
    {
        if (_failures.Count > 0)
        {
            throw new OptionsValidationException(Microsoft.Extensions.Options.Options.DefaultName, optionsType, _failures);
        }
    }

    private void Set(PropertyInfo property, IConfigurationSection setting, object options)
    {
        var isNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var (value, kind) = type == typeof(string) ? (setting.Value, "a text")
            : type == typeof(double) ? ((object?)StrictNumber.Real(setting.Value), "a number")
            : type == typeof(int) ? (StrictNumber.Whole(setting.Value), "a whole number")
            : type == typeof(bool) ? (StrictNumber.Truth(setting.Value), "true or false")
            : throw new NotSupportedException($"{property.Name} is a {type}, which no setting is");
        var isGroup = setting.GetChildren().Any();
        var isNull = string.IsNullOrEmpty(setting.Value) && (isNullable || type == typeof(string));
        if (isGroup || (value is null && !isNull))
        {
            Fail(setting.Path, isGroup ? "a group" : setting.Value, $"{kind}{BoundOf(property)}");
            return;
        }

        property.SetValue(options, value);
    }

    private void Fail(string key, string? value, string needed) => _failures.Add(
        // An address of a store may have a password in it.
        Bounds.Sentence(source.NameOf(key), $"'{(value is null ? "" : StoreAddress.Shown(value))}'", needed)
        + source.AdviceOf(key));

    private static string BoundOf(PropertyInfo property) =>
        property.GetCustomAttribute<BetweenAttribute>() is { } range ? " " + Bounds.From(range.Low, range.High)
        : property.GetCustomAttribute<RateAttribute>() is not null ? " " + Bounds.Rate
        : "";
}
