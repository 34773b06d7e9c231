using Speaker.Training.Losses;
using Speaker.Training.Mining;

namespace Speaker.Training.Runs;

/// <summary>What one step showed.</summary>
/// <param name="Loss">The weighted sum.</param>
/// <param name="Parts">The losses that were computed, before their weights.</param>
/// <param name="Miner">The miner of the step.</param>
/// <param name="Mining">What it found; distances in the unit of the triplet loss.</param>
internal sealed record StepFigures(double Loss, IReadOnlyList<LossPart> Parts, string Miner, MiningStatistics Mining);
