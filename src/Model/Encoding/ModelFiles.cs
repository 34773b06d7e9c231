using System.Security.Cryptography;

namespace Speaker.Model.Encoding;

/// <summary>A model on disk: NAME.safetensors with the weights, NAME.json with the card.</summary>
public static class ModelFiles
{
    public const string WeightsExtension = ".safetensors";

    public const string CardExtension = ".json";

    private const string ModelsFolder = "models";

    /// <summary>The card's path beside a weights file.</summary>
    public static string CardPathOf(string weightsPath) => Path.ChangeExtension(weightsPath, CardExtension);

    /// <summary>
    /// The weights file that a user means: the path of one, with or without its extension; a folder that holds one; or
    /// the name of one in a folder "models" at or above the program's or the current folder.
    /// </summary>
    /// <exception cref="ModelException">There is none, or a folder holds several.</exception>
    public static string Resolve(string pathOrName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pathOrName);
        if (File.Exists(pathOrName) && pathOrName.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase))
            return Path.GetFullPath(pathOrName);
        if (File.Exists(pathOrName + WeightsExtension))
            return Path.GetFullPath(pathOrName + WeightsExtension);
        if (Directory.Exists(pathOrName))
        {
            var found = Directory.GetFiles(pathOrName, "*" + WeightsExtension);
            return found.Length == 1
                ? Path.GetFullPath(found[0])
                : throw new ModelException(
                    $"the folder {pathOrName} holds {found.Length} {WeightsExtension} files, one is needed; name the file");
        }

        if (Path.GetFileName(pathOrName) == pathOrName)
        {
            var file = Path.GetFileNameWithoutExtension(pathOrName) + WeightsExtension;
            foreach (var start in new[] { AppContext.BaseDirectory, Environment.CurrentDirectory })
                for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
                {
                    var candidate = Path.Combine(folder.FullName, ModelsFolder, file);
                    if (File.Exists(candidate))
                        return candidate;
                }
        }

        throw new ModelException(
            $"there is no model '{pathOrName}': give the path of a {WeightsExtension} file, a folder that holds one, " +
            $"or the name of one in a folder {ModelsFolder}/");
    }

    /// <summary>Writes weights and card; the card last, as it names the weights it is for.</summary>
    /// <param name="weightsPath">Ends with .safetensors.</param>
    /// <param name="encoder">Its parameters and running statistics are stored.</param>
    /// <param name="card"><see cref="ModelCard.WeightsSha256"/> is filled in.</param>
    /// <returns>The card as written.</returns>
    /// <exception cref="ModelException">A file cannot be written, or the card is not that encoder's.</exception>
    public static ModelCard Save(string weightsPath, Encoder encoder, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(card);
        CheckExtension(weightsPath);
        card.Validate();
        if (card.Encoder != encoder.Specification)
            throw new ModelException("the card describes another encoder than the one to be saved");
        Safetensors.Write(weightsPath, encoder.state_dict());
        var written = card with
        {
            WeightsSha256 = Convert.ToHexStringLower(SHA256.HashData(Safetensors.ReadFile(weightsPath))),
        };
        ModelCardJson.Write(CardPathOf(weightsPath), written);
        return written;
    }

    /// <summary>Reads and checks a card without its weights.</summary>
    /// <exception cref="ModelException">There is none, or it is damaged.</exception>
    public static ModelCard ReadCard(string weightsPath)
    {
        CheckExtension(weightsPath);
        return ModelCardJson.Read(CardPathOf(weightsPath));
    }

    /// <summary>Replaces figures, calibration or training notes of a saved model; its hash stays what it is.</summary>
    /// <exception cref="ModelException">The card is for other weights, another front end or another encoder.</exception>
    public static void UpdateCard(string weightsPath, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        var current = ReadCard(weightsPath);
        if (card.WeightsSha256 != current.WeightsSha256 || card.Encoder != current.Encoder
            || card.FrontEnd != current.FrontEnd)
            throw new ModelException($"the new card is not for the model {weightsPath}: weights, front end or encoder differ");
        card.Validate();
        ModelCardJson.Write(CardPathOf(weightsPath), card);
    }

    private static void CheckExtension(string weightsPath)
    {
        ArgumentNullException.ThrowIfNull(weightsPath);
        if (!weightsPath.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase))
            throw new ModelException($"a weights file is named NAME{WeightsExtension}, got {weightsPath}");
    }
}
