using Speaker.Models;

namespace Speaker.Evaluation;

/// <summary>What another model does on the same trials.</summary>
/// <param name="Name">As its card has it.</param>
/// <param name="Hash">Of the model.</param>
/// <param name="Report">On the same set as the model's, or one that <see cref="EvaluationSet.Common"/> made so.</param>
internal sealed record ReferenceReport(string Name, string Hash, EvaluationReport Report)
{
    /// <summary>The model's figures with those of this one beside them.</summary>
    public IReadOnlyList<ConditionFigure> Beside(IReadOnlyList<ConditionFigure> figures)
    {
        var own = Report.Grid.ToDictionary(figure => (figure.Condition, figure.BothSides, figure.Seconds ?? 0));
        return
        [
            .. figures.Select(figure => figure with
            {
                Against = own.GetValueOrDefault((figure.Condition, figure.BothSides, figure.Seconds ?? 0))?.Rates,
            }),
        ];
    }
}
