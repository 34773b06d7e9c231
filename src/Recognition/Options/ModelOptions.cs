using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>Which encoder makes the embeddings.</summary>
public sealed class ModelOptions
{
    /// <summary>
    /// "accurate" or "fast", the two models inside this package; a .safetensors file with its .json card beside it; a
    /// folder that holds one such model; or the name of one in a folder "models" at or above the application's or the
    /// current folder. Null: "accurate".
    /// </summary>
    [NotBlank(OrNull = true)]
    public string? Path { get; set; }
}

/// <summary>Checks <see cref="ModelOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class ModelOptionsValidator : IValidateOptions<ModelOptions>;
