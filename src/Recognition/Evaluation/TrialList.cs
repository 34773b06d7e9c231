using Speaker.Audio.Validation;

namespace Speaker.Evaluation;

/// <summary>
/// Trials as VoxCeleb writes them: one a line, <c>label enrol test</c>, label 1 for the same speaker.
/// </summary>
internal static class TrialList
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <exception cref="ModelException">No such file, no trial in it, or a line that is none; the message names the
    /// line.</exception>
    public static IReadOnlyList<Trial> Read(string path, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(path))
        {
            throw new ModelException($"There is no trial list {path}.");
        }

        var trials = new List<Trial>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            number++;
            var fields = line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length == 0)
            {
                continue;
            }

            if (fields.Length != 3)
            {
                throw new ModelException(
                    $"{path}, line {number}: {Plural.Of(fields.Length, "field")} where a trial has three, 'label "
                    + "enrol test'.");
            }

            trials.Add(fields[0] switch
            {
                "1" => new Trial(true, fields[1], fields[2]),
                "0" => new Trial(false, fields[1], fields[2]),
                var label => throw new ModelException(
                    $"{path}, line {number}: the label is '{label}'; it must be 1 (same speaker) or 0 (impostor)."),
            });
        }

        return trials.Count > 0 ? trials : throw new ModelException($"{path} holds no trial.");
    }

    /// <exception cref="ModelException">A name with a blank in it, which the format cannot hold.</exception>
    public static void Write(string path, IEnumerable<Trial> trials, CancellationToken cancellationToken = default)
    {
        using var writer = new StreamWriter(path, false, new System.Text.UTF8Encoding(false)) { NewLine = "\n" };
        foreach (var trial in trials)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var name in (string[])[trial.Enrol, trial.Test])
            {
                if (name.Length == 0 || name.IndexOfAny(Blanks) >= 0)
                {
                    throw new ModelException($"'{name}' cannot stand in a trial list: names are not empty and hold "
                        + "no blanks.");
                }
            }

            writer.WriteLine($"{(trial.IsTarget ? 1 : 0)} {trial.Enrol} {trial.Test}");
        }
    }
}
