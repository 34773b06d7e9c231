using Microsoft.Extensions.Options;

namespace Speaker.Audio.Validation;

/// <summary>Options that come by a constructor, checked as those of a container are.</summary>
internal static class OptionsCheck
{
    /// <summary>The options, if nothing is wrong with them.</summary>
    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public static T Require<T>(this IValidateOptions<T> validator, T options)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var result = validator.Validate(null, options);
        return result.Failed
            ? throw new OptionsValidationException(typeof(T).Name, typeof(T), result.Failures)
            : options;
    }
}
