using Speaker.Audio.Validation;

namespace Speaker.Training.Mining;

/// <summary>
/// Which miner a run uses when: a name, or several with the share of the steps until which each is used, such as
/// "batch-all:0.1,semi-hard:0.7,batch-hard". A pure function of the step.
/// </summary>
internal sealed class MiningSchedule
{
    private readonly (string Miner, double Until)[] _stages;

    private MiningSchedule((string Miner, double Until)[] stages) => _stages = stages;

    /// <summary>The names of all stages, in their order.</summary>
    public IEnumerable<string> Miners => _stages.Select(stage => stage.Miner);

    /// <exception cref="ModelException">
    /// No miner has one of the names, or the shares do not rise from above 0 to below 1 with none after the last name.
    /// </exception>
    public static MiningSchedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var stages = new (string Miner, double Until)[parts.Length];
        var before = 0.0;
        for (var i = 0; i < parts.Length; i++)
        {
            var (last, colon) = (i == parts.Length - 1, parts[i].IndexOf(':', StringComparison.Ordinal));
            var miner = colon < 0 ? parts[i] : parts[i][..colon];
            if (!TripletMiner.Names.Contains(miner))
            {
                throw new ModelException(
                    $"there is no miner named '{miner}'; use {string.Join(", ", TripletMiner.Names)}");
            }

            var until = 1.0;
            if (!last && colon >= 0)
            {
                until = StrictNumber.Real(parts[i][(colon + 1)..]) ?? double.NaN;
            }

            if (last != colon < 0 || (!last && !(until > before && until < 1)))
            {
                throw new ModelException(
                    $"the mining schedule '{text}' needs after every miner but the last the share of the steps until "
                    + "which it is used, rising and between 0 and 1, such as batch-all:0.1,semi-hard:0.7,batch-hard");
            }

            stages[i] = (miner, until);
            before = until;
        }

        return new MiningSchedule(stages);
    }

    /// <summary>The miner of a step, from 0, of so many.</summary>
    public string At(int step, int steps)
    {
        foreach (var (miner, until) in _stages)
        {
            if (step < until * steps)
            {
                return miner;
            }
        }

        return _stages[^1].Miner;
    }
}
