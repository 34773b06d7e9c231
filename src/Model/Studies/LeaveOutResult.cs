using Speaker.Corpora;

namespace Speaker.Training.Studies;

/// <summary>What a recipe gives on a group of corpora that it did not learn from.</summary>
/// <param name="Corpora">The group.</param>
/// <param name="Trials">Target and impostor trials.</param>
/// <param name="Targets">Target trials.</param>
/// <param name="Speakers">In them.</param>
/// <param name="Eer">Equal error rate, cosine alone, the mean of the group's corpora; a fraction.</param>
/// <param name="EerByCorpus">Each corpus alone.</param>
/// <param name="InitialEer">Of the weights that the run started from, on the same trials; null where they were
/// random.</param>
/// <param name="InitialEerByCorpus">The same, each corpus alone.</param>
/// <param name="Steps">Learnt.</param>
/// <param name="Minutes">Of learning, by the clock.</param>
internal sealed record LeftOutGroup(
    IReadOnlyList<string> Corpora,
    int Trials,
    int Targets,
    int Speakers,
    double Eer,
    IReadOnlyDictionary<string, double> EerByCorpus,
    double? InitialEer,
    IReadOnlyDictionary<string, double>? InitialEerByCorpus,
    int Steps,
    double Minutes)
{
    public string Name => string.Join(", ", Corpora);
}

/// <summary>What a recipe gives on corpora that it did not learn from, each group left out in turn.</summary>
/// <param name="Groups">In the order that they were asked for.</param>
/// <param name="LearntLeftOut">Speakers that are judged nowhere, because a model that the recipe starts from learnt from
/// them; null where a card does not say.</param>
/// <param name="Skipped">Recordings that were left out.</param>
internal sealed record LeaveOutResult(
    IReadOnlyList<LeftOutGroup> Groups, int? LearntLeftOut, IReadOnlyList<SkippedUtterance> Skipped)
{
    /// <summary>The mean of the groups: what recipes are ranked by.</summary>
    public double MeanEer => Groups.Average(group => group.Eer);

    /// <summary>The same before training; null where the weights were random.</summary>
    public double? MeanInitialEer =>
        Groups.All(group => group.InitialEer is not null) ? Groups.Average(group => group.InitialEer!.Value) : null;
}

/// <summary>How far the groups are.</summary>
/// <param name="Group">That is left out now.</param>
/// <param name="Number">Of the group, from 1.</param>
/// <param name="Groups">How many there are.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of a run.</param>
/// <param name="Finished">The group's figures, when its run has ended.</param>
internal sealed record LeaveOutProgress(
    string Group, int Number, int Groups, int Step, int Steps, LeftOutGroup? Finished);
