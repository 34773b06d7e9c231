using System.Security.Cryptography;
using Speaker.Scoring;

namespace Speaker.Models;

/// <summary>
/// A model on disk: NAME.safetensors with the weights, NAME.json with the card and, where the card normalises distances,
/// NAME.cohort.safetensors.
/// </summary>
internal static class ModelFiles
{
    public const string WeightsExtension = ".safetensors";

    public const string CardExtension = ".json";

    private const string CohortExtension = ".cohort" + WeightsExtension;

    private const string PageExtension = ".md";

    private const string ModelsFolder = "models";

    /// <summary>The whole path of a weights file that is to be written, named with or without its extension.</summary>
    public static string WeightsPath(string given) => Path.GetFullPath(
        given.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase) ? given : given + WeightsExtension);

    /// <summary>The card's path beside a weights file.</summary>
    public static string CardPathOf(string weightsPath) => Path.ChangeExtension(weightsPath, CardExtension);

    /// <summary>The cohort's path beside a weights file; only a model whose card has an
    /// <see cref="ModelCard.AsNorm"/> needs the file.</summary>
    public static string CohortPathOf(string weightsPath) => Path.ChangeExtension(weightsPath, CohortExtension);

    /// <summary>The card's path as a page for people; see <see cref="ModelCardPage"/>.</summary>
    public static string PagePathOf(string weightsPath) => Path.ChangeExtension(weightsPath, PageExtension);

    /// <summary>
    /// The weights file that a user means: the path of one, with or without its extension; a folder that holds one; or
    /// the name of one in a folder "models" at or above the program's or the current folder.
    /// </summary>
    /// <exception cref="ModelException">There is none, or a folder holds several.</exception>
    public static string Resolve(string pathOrName) => Find(pathOrName) ?? throw new ModelException(
        $"there is no model '{pathOrName}': give {string.Join(" or ", ShippedModels.All)}, the path of a " +
        $"{WeightsExtension} file, a folder that holds one, or the name of one in a folder {ModelsFolder}/");

    /// <summary>As <see cref="Resolve"/>; null where there is none.</summary>
    /// <exception cref="ModelException">A folder holds none or several.</exception>
    public static string? Find(string pathOrName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrName);
        if (File.Exists(pathOrName) && pathOrName.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase))
        {
            return Path.GetFullPath(pathOrName);
        }

        if (File.Exists(pathOrName + WeightsExtension))
        {
            return Path.GetFullPath(pathOrName + WeightsExtension);
        }

        if (Directory.Exists(pathOrName))
        {
            var found = Directory.GetFiles(pathOrName, "*" + WeightsExtension)
                .Where(file => !file.EndsWith(CohortExtension, StringComparison.OrdinalIgnoreCase)).ToArray();
            return found.Length == 1
                ? Path.GetFullPath(found[0])
                : throw new ModelException(
                    $"the folder {pathOrName} holds {found.Length} {WeightsExtension} files, one is needed; name the file");
        }

        if (Path.GetFileName(pathOrName) == pathOrName)
        {
            var file = Path.GetFileNameWithoutExtension(pathOrName) + WeightsExtension;
            foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
            {
                for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                {
                    var candidate = Path.Combine(folder.FullName, ModelsFolder, file);
                    if (File.Exists(candidate))
                    {
                        return candidate;
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Writes weights, cohort and card; the card last, as it names the files it is for.</summary>
    /// <param name="weightsPath">Ends with .safetensors.</param>
    /// <param name="weights">The network's parameters and running statistics, by name.</param>
    /// <param name="card"><see cref="ModelCard.WeightsSha256"/> and the cohort's digest are filled in.</param>
    /// <param name="cohort">Of the card's <see cref="ModelCard.AsNorm"/>; null where the card has none.</param>
    /// <returns>The card as written.</returns>
    /// <exception cref="ModelException">A file cannot be written, or the card is not that encoder's.</exception>
    public static ModelCard Save(string weightsPath, IReadOnlyDictionary<string, StoredTensor> weights, ModelCard card, Cohort? cohort = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(card);
        CheckExtension(weightsPath);
        card.Validate();
        Safetensors.Write(weightsPath, weights);
        return WriteCard(
            weightsPath,
            card with
            {
                WeightsSha256 = Convert.ToHexStringLower(SHA256.HashData(Safetensors.ReadFile(weightsPath))),
            },
            cohort);
    }

    /// <summary>Reads and checks a card without its weights.</summary>
    /// <exception cref="ModelException">There is none, or it is damaged.</exception>
    public static ModelCard ReadCard(string weightsPath)
    {
        CheckExtension(weightsPath);
        return ModelCardJson.Read(CardPathOf(weightsPath));
    }

    /// <summary>The checked card as JSON on one line, with a newline at its end.</summary>
    /// <exception cref="ModelException">There is none, or it is damaged.</exception>
    public static byte[] CardAsJsonLine(string weightsPath) =>
        [.. ModelCardJson.OnOneLine(ReadCard(weightsPath)), (byte)'\n'];

    /// <summary>Copies a model under another name with another card; its hash stays what it is.</summary>
    /// <param name="weightsPath">The model that is there.</param>
    /// <param name="copyPath">NAME.safetensors of the copy; NAME becomes the card's name.</param>
    /// <param name="card">For the same weights.</param>
    /// <param name="cohort">As for <see cref="UpdateCard"/>.</param>
    /// <exception cref="ModelException">A file cannot be read or written, or the card is another model's.</exception>
    public static ModelCard Copy(string weightsPath, string copyPath, ModelCard card, Cohort? cohort = null)
    {
        CheckExtension(copyPath);
        CheckCard(weightsPath, card);
        CopyFile(weightsPath, copyPath);
        if (card.AsNorm is not null && cohort is null)
        {
            CopyFile(CohortPathOf(weightsPath), CohortPathOf(copyPath));
        }

        return WriteCard(copyPath, card with { Name = Path.GetFileNameWithoutExtension(copyPath) }, cohort);
    }

    /// <summary>
    /// Replaces figures, scoring, calibration or training notes of a saved model; its hash, and with it every voiceprint,
    /// stays what it is.
    /// </summary>
    /// <param name="weightsPath">Ends with .safetensors.</param>
    /// <param name="card">The new card.</param>
    /// <param name="cohort">A new cohort for the card's <see cref="ModelCard.AsNorm"/>; null keeps the one that is
    /// there.</param>
    /// <exception cref="ModelException">The card is for other weights, another front end or another encoder.</exception>
    /// <returns>The card as written.</returns>
    public static ModelCard UpdateCard(string weightsPath, ModelCard card, Cohort? cohort = null)
    {
        CheckCard(weightsPath, card);
        return WriteCard(weightsPath, card, cohort);
    }

    private static void CheckCard(string weightsPath, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var current = ReadCard(weightsPath);
        if (card.WeightsSha256 != current.WeightsSha256 || card.Encoder != current.Encoder
            || card.FrontEnd != current.FrontEnd)
        {
            throw new ModelException($"the new card is not for the model {weightsPath}: weights, front end or encoder differ");
        }

        card.Validate();
    }

    private static void CopyFile(string from, string to)
    {
        var bytes = Safetensors.ReadFile(from);
        AtomicFile.Write(to, stream => stream.Write(bytes));
    }

    private static ModelCard WriteCard(string weightsPath, ModelCard card, Cohort? cohort)
    {
        if (cohort is not null)
        {
            var specification = card.AsNorm
                ?? throw new ModelException("a cohort was given to a model whose card does not normalise distances");
            card = card with
            {
                AsNorm = specification with { CohortSha256 = CohortFile.Write(CohortPathOf(weightsPath), cohort) },
            };
        }

        ModelCardJson.Write(CardPathOf(weightsPath), card);
        return card;
    }

    private static void CheckExtension(string weightsPath)
    {
        ArgumentNullException.ThrowIfNull(weightsPath);
        if (!weightsPath.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelException($"a weights file is named NAME{WeightsExtension}, got {weightsPath}");
        }
    }
}
