using System.Text;

namespace Speaker.Enrolment.Protection;

/// <summary>Keys in an environment variable. Its text stays in the memory of the process.</summary>
/// <param name="name">Of the variable.</param>
internal sealed class TemplateKeyVariable(string name) : TemplateKeySource
{
    public override string Description => $"environment variable {name}";

    public override byte[] Read()
    {
        var bytes = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(name) ?? "");
        return bytes.Length <= TemplateKeyText.MaximumLength
            ? bytes
            : throw Fault($"it has {bytes.Length} bytes, at most {TemplateKeyText.MaximumLength} are read");
    }
}
