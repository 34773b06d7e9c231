namespace Speaker.Audio.Validation;

/// <summary>What somebody meant who misspelt a name.</summary>
internal static class Spelling
{
    /// <summary>The name that takes the fewest letters changed, added, left out or exchanged; null where none is
    /// near.</summary>
    public static string? Nearest(string word, IEnumerable<string> names)
    {
        var nearest = names.Select(name => (Name: name, Changes: Changes(word, name)))
            .OrderBy(name => name.Changes)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Changes <= Math.Max(1, word.Length / 3) ? nearest.Name : null;
    }

    /// <summary>" (did you mean NAME?)", or the names there are.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> names) => Nearest(word, names) is { } nearest
        ? $" (did you mean {nearest}?)"
        : $"; there are {string.Join(", ", names)}";

    /// <summary>Distance of Damerau and Levenshtein (optimal string alignment), whatever the case.</summary>
    private static int Changes(string first, string second)
    {
        var costs = new int[first.Length + 1, second.Length + 1];
        for (var i = 0; i <= first.Length; i++)
        {
            for (var j = 0; j <= second.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    costs[i, j] = i + j;
                    continue;
                }

                var same = Same(first[i - 1], second[j - 1]);
                costs[i, j] = Math.Min(
                    Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1, costs[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(first[i - 1], second[j - 2]) && Same(first[i - 2], second[j - 1]))
                {
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
                }
            }
        }

        return costs[first.Length, second.Length];
    }

    private static bool Same(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
