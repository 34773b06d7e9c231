namespace Speaker.Enrolment.Protection;

/// <summary>Where keys are from.</summary>
internal abstract class TemplateKeySource
{
    /// <summary>What it is called in messages; never a key.</summary>
    public abstract string Description { get; }

    /// <summary>What the options name; null where that is nothing, or a variable that is not set.</summary>
    public static TemplateKeySource? Of(ProtectionOptions options) => options switch
    {
        { KeyFile: { } file } => new TemplateKeyFile(file),
        { KeyCommand: { } command } => new TemplateKeyCommand(command),
        { KeyVariable: { } variable } when !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(variable)) =>
            new TemplateKeyVariable(variable),
        _ => null,
    };

    /// <summary>Whether the source has changed since it was read, where that is known at once.</summary>
    public virtual bool HasChanged => false;

    /// <summary>What it gives, for <see cref="TemplateKeyText"/>; the caller overwrites it.</summary>
    /// <exception cref="StoreException">It gives nothing; the message says why.</exception>
    public abstract byte[] Read();

    /// <summary>The exception of a source that gives nothing.</summary>
    protected StoreException Fault(string why, Exception? inner = null) =>
        new(StoreProblem.KeyMissing, $"{Description} gives no keys: {why}", inner);
}
