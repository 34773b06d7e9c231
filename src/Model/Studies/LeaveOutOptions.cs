using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Speaker.Audio.Validation;
using Speaker.Training.Runs;

namespace Speaker.Training.Studies;

/// <summary>Which corpora are left out of training together, and how much of them is judged.</summary>
internal sealed record LeaveOutOptions : IValidatableObject
{
    /// <summary>The recipe: every group's run is trained by it.</summary>
    [ValidateObjectMembers(typeof(TrainingOptionsValidator))]
    public required TrainingOptions Training { get; init; }

    /// <summary>Names of corpora, a list a group; empty: each corpus with trials is a group of its own.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Groups { get; init; } = [];

    /// <summary>Utterances of each left-out speaker that are judged, at most, 2 to 10,000.</summary>
    [Between(2, 10_000)]
    public int Utterances { get; init; } = 12;

    /// <exception cref="OptionsValidationException">A value is out of its bounds; the message names every one that
    /// is.</exception>
    public void Validate() => new LeaveOutOptionsValidator().Require(this);

    /// <summary>What the values have to be to each other.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Training.Steps < 1)
        {
            yield return Bounds.Failure(
                validationContext, nameof(Training.Steps), Bounds.Text(Training.Steps), Bounds.From(1, 10_000_000));
        }
    }
}

/// <summary>Checks <see cref="LeaveOutOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class LeaveOutOptionsValidator : IValidateOptions<LeaveOutOptions>;
