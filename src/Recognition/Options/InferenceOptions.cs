using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;

namespace Speaker;

/// <summary>How much of the machine is used. Embeddings are the same bit for bit whatever is set.</summary>
public sealed class InferenceOptions
{
    /// <summary>Threads that work on one utterance, 1 to 256. More than one shortens the answer to a single long
    /// recording; many recordings at once are best served by 1.</summary>
    [Between(1, 256)]
    public int Threads { get; set; } = 1;

    /// <summary>Recordings that are worked on at the same time, 0 to 1,024; others wait without a thread. 0: as many as
    /// there are processors.</summary>
    [Between(0, 1024)]
    public int Concurrency { get; set; }
}

/// <summary>Checks <see cref="InferenceOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class InferenceOptionsValidator : IValidateOptions<InferenceOptions>;
