using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Speaker.Audio.Features;
using Speaker.Audio.Validation;

namespace Speaker.Models;

/// <summary>
/// Everything that fixes the encoder's network; stored in the model card, equal by value. The defaults are one network
/// of 0.95 M parameters, 3.8 MB, the best of its size in short runs (docs/model.md).
/// </summary>
/// <remarks>
/// Order, in each branch of a TDNN: cepstra → entry convolution → dilated residual blocks → aggregation of all block
/// outputs → attentive statistics pooling → <see cref="BranchDimension"/> → unit length. Of a ResNet (He et al., 2016,
/// over frequency and time): cepstra → log mel bands → stem → stages of residual blocks → mean and standard deviation
/// over time → <see cref="BranchDimension"/> → unit length; it reads <see cref="Coefficients"/>, <see cref="Width"/>,
/// <see cref="StageBlocks"/>, <see cref="Dimension"/> and <see cref="Branches"/> alone. The branches' results are
/// joined end to end. Of a joined encoder: features → the embedding of each of its <see cref="Parts"/>, end to end →
/// linear layer → <see cref="Dimension"/> → unit length.
/// </remarks>
internal sealed record EncoderSpecification : IValidatableObject
{
    /// <summary>Of a ResNet34: 3, 4, 6 and 3.</summary>
    private static readonly int[] _blocksOfResNet34 = [3, 4, 6, 3];

    /// <summary>ResNet34 with 32 to 256 channels, 6.6 M parameters (Zeinali et al., "BUT system description to VoxCeleb
    /// speaker recognition challenge 2019").</summary>
    public static EncoderSpecification ResNet34 { get; } =
        new() { Architecture = EncoderArchitecture.ResNet34, Coefficients = 80, Width = 32, Dimension = 256 };

    /// <summary>Which network.</summary>
    /// <remarks>Not written where it is the TDNN: a model trained before it was there keeps its hash.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public EncoderArchitecture Architecture { get; init; }

    /// <summary>Residual blocks of each stage of a ResNet; null: 3, 4, 6 and 3. Each stage has twice the channels of the
    /// one before it and steps half as fine in frequency and time.</summary>
    [Between(1, 64)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? StageBlocks { get; init; }

    /// <summary>Cepstra a frame, index 0 included; equals the front end's. A ResNet undoes the cosine transform: it needs
    /// as many cepstra as there are mel bands.</summary>
    [Between(1, 512)]
    public int Coefficients { get; init; } = 60;

    /// <summary>Channels of the blocks; of a ResNet, those of its first stage.</summary>
    [Between(1, 4096)]
    public int Width { get; init; } = 184;

    /// <summary>Odd, in frames.</summary>
    [Between(1, 31)]
    public int EntryKernel { get; init; } = 5;

    /// <summary>Frames in for each frame that the blocks see.</summary>
    [Between(1, 8)]
    public int EntryStride { get; init; } = 2;

    /// <summary>One residual block each, in the frames that the blocks see.</summary>
    [Between(1, 64)]
    public IReadOnlyList<int> Dilations { get; init; } = [1, 2, 4];

    /// <summary>Channels that the outputs of all blocks are gathered into before pooling.</summary>
    [Between(1, 8192)]
    public int AggregateWidth { get; init; } = 192;

    /// <summary>Hidden units of the attention that weights the frames.</summary>
    [Between(1, 4096)]
    public int AttentionWidth { get; init; } = 64;

    /// <summary>D, of the embedding; the branches share it evenly.</summary>
    [Between(2, 4096)]
    public int Dimension { get; init; } = 192;

    /// <summary>
    /// Networks side by side, each of the widths above with weights of its own. Their cosines are averaged: an ensemble
    /// (Hansen and Salamon, 1990), whose members err differently, in one model.
    /// </summary>
    [Between(1, 16)]
    public int Branches { get; init; } = 1;

    /// <summary>The encoders of a joined one: two or more, each of another kind or another size, which err differently;
    /// null in every other.</summary>
    [ValidateEnumeratedItems(typeof(EncoderSpecificationValidator))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<EncoderSpecification>? Parts { get; init; }

    /// <summary>Whether a front end's cepstra are what it needs: a ResNet makes log mel bands of them again, which takes all
    /// of them, as the cosine transform gives them.</summary>
    internal bool CanRead(FrontEndSpecification frontEnd) =>
        (Parts ?? [this]).All(part => part.Architecture != EncoderArchitecture.ResNet34)
        || (frontEnd.Cepstra == frontEnd.MelBands && frontEnd.LifterSize == 0);

    internal int BranchDimension => Dimension / Branches;

    /// <summary><see cref="StageBlocks"/>, or what they are where none are given.</summary>
    internal IReadOnlyList<int> BlocksOfStages => StageBlocks ?? _blocksOfResNet34;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new EncoderSpecificationValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Branches > 0 && (Dimension % Branches != 0 || BranchDimension < 2))
        {
            yield return Bounds.Failure(
                validationContext, nameof(Dimension), Bounds.Text(Dimension),
                $"a multiple of its {Branches} branches, 2 or more for each");
        }

        if (Dilations is null or { Count: < 1 or > 32 })
        {
            yield return Bounds.Failure(
                validationContext, nameof(Dilations), Plural.Of(Dilations?.Count ?? 0, "number"), "1 to 32 numbers");
        }

        if (StageBlocks is { Count: < 1 or > 6 })
        {
            yield return Bounds.Failure(
                validationContext, nameof(StageBlocks), Plural.Of(StageBlocks.Count, "number"), "1 to 6 numbers");
        }

        if (!Enum.IsDefined(Architecture))
        {
            yield return Bounds.Failure(
                validationContext, nameof(Architecture), $"{Architecture}", Bounds.OneOf(["tdnn", "resnet34", "joined"]));
        }

        foreach (var failure in PartFailures(validationContext))
        {
            yield return failure;
        }

        if (EntryKernel % 2 == 0)
        {
            yield return Bounds.Failure(
                validationContext, nameof(EntryKernel), Bounds.Text(EntryKernel), "odd, to keep frames in place");
        }
    }

    private IEnumerable<ValidationResult> PartFailures(ValidationContext validationContext)
    {
        var (least, most) = Architecture == EncoderArchitecture.Joined ? (2, 8) : (0, 0);
        var parts = Parts ?? [];
        if (parts.Count < least || parts.Count > most)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Parts), Plural.Of(parts.Count, "encoder"),
                most == 0 ? "none but in a joined encoder" : $"{least} to {most} encoders");
        }

        if (most > 0 && Branches != 1)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Branches), Bounds.Text(Branches),
                "1 in a joined encoder, whose parts may have more");
        }

        foreach (var part in parts)
        {
            if (part.Architecture == EncoderArchitecture.Joined || part.Coefficients != Coefficients)
            {
                yield return Bounds.Failure(
                    validationContext, nameof(Parts), $"one {part.Architecture} of {part.Coefficients} coefficients",
                    $"encoders of {Coefficients} coefficients that are not joined themselves");
            }
        }
    }

    public bool Equals(EncoderSpecification? other) =>
        other is not null && Scalars == other.Scalars && Architecture == other.Architecture
        && Dilations.SequenceEqual(other.Dilations) && BlocksOfStages.SequenceEqual(other.BlocksOfStages)
        && (Parts ?? []).SequenceEqual(other.Parts ?? []);

    public override int GetHashCode() => HashCode.Combine(Scalars, Dilations.Count);

    private (int, int, int, int, int, int, int, int) Scalars =>
        (Coefficients, Width, EntryKernel, EntryStride, AggregateWidth, AttentionWidth, Dimension, Branches);
}

/// <summary>Checks <see cref="EncoderSpecification"/>.</summary>
[OptionsValidator]
internal sealed partial class EncoderSpecificationValidator : IValidateOptions<EncoderSpecification>;
