using Speaker.Corpora;
using Speaker.Models;
using Speaker.Training.Network;
using TorchSharp;

namespace Speaker.Training.Runs;

/// <summary>
/// Embeddings of a corpus's recordings that another program made, as a teacher: a safetensors file without a model
/// card.
/// </summary>
/// <remarks>
/// Its tensor "embedding" [N, D] has a row for each row of the corpus's manifest, "unlabelled" [M, D] one for each row
/// of the manifests of the folders of recordings without speakers, one manifest after another. A row of zeros, or with
/// what is not a number, is no embedding.
/// </remarks>
internal static class TeacherFile
{
    /// <summary>Whether a teacher is such a file, not a model.</summary>
    public static bool IsOne(string teacher) =>
        teacher.EndsWith(ModelFiles.WeightsExtension, StringComparison.OrdinalIgnoreCase)
        && File.Exists(teacher) && !File.Exists(ModelFiles.CardPathOf(teacher));

    /// <param name="path">The file.</param>
    /// <param name="utterances">Whose embeddings are wanted.</param>
    /// <param name="corpus">Folder of those with a speaker.</param>
    /// <param name="unlabelled">Folders of those without.</param>
    /// <param name="speeds">At which they are learnt from: the file knows their own only.</param>
    /// <returns>Of the utterances; 0 where the file has none.</returns>
    /// <exception cref="ModelException">The file is damaged or not of these manifests, there is no manifest, or there
    /// are several speeds.</exception>
    public static BankEmbeddings Read(
        string path,
        IReadOnlyList<CorpusUtterance> utterances,
        string corpus,
        IReadOnlyList<string> unlabelled,
        int speeds)
    {
        if (speeds > 1)
        {
            throw new ModelException(
                $"The teacher {path} holds embeddings of recordings at their own speed, and bank.speeds has {speeds} "
                + "speeds: learn at one, --set bank.speeds=[1], or give a model as teacher.");
        }

        using var scope = torch.NewDisposeScope();
        var tensors = TensorFile.Read(path);
        var (known, dimension) = Rows(path, tensors, "embedding", [corpus]);
        var (others, size) = unlabelled.Count == 0
            ? ([], dimension)
            : Rows(path, tensors, "unlabelled", unlabelled);
        if (size != dimension)
        {
            throw new ModelException(
                $"The tensor 'unlabelled' of the teacher {path} has embeddings of {size} numbers, must be {dimension}, "
                + "as those of 'embedding': make both with one model.");
        }

        var rows = new float[utterances.Count * dimension];
        for (var i = 0; i < utterances.Count; i++)
        {
            (utterances[i].Speaker.Length > 0 ? known : others).GetValueOrDefault(utterances[i].Path)
                ?.CopyTo(rows, i * dimension);
        }

        return new BankEmbeddings(rows, dimension, speeds);
    }

    /// <summary>A tensor's embeddings by the full path of the recording.</summary>
    private static (Dictionary<string, float[]> Rows, int Dimension) Rows(
        string path, Dictionary<string, torch.Tensor> tensors, string name, IReadOnlyList<string> folders)
    {
        string[] manifests = [.. folders.Select(folder => Path.Combine(Path.GetFullPath(folder), Corpus.ManifestName))];
        if (manifests.FirstOrDefault(manifest => !File.Exists(manifest)) is { } missing)
        {
            throw new ModelException(
                $"There is no {missing}: the rows of the teacher {path} are those of a manifest. Write the manifest that "
                + "it was made by, or give a model as teacher.");
        }

        string[] recordings = [.. manifests.SelectMany(CorpusManifest.Recordings)];
        var of = string.Join(" and ", manifests);
        if (!tensors.TryGetValue(name, out var tensor))
        {
            throw new ModelException(
                $"The teacher {path} has no tensor '{name}' with a row for each of the {recordings.Length} rows of {of}: "
                + "put it there, or, if the file is a model, its card beside it.");
        }

        if (tensor.dim() != 2 || tensor.shape[0] != recordings.Length || tensor.shape[1] < 1)
        {
            throw new ModelException(
                $"The tensor '{name}' of the teacher {path} is [{string.Join(", ", tensor.shape)}], must be "
                + $"[{recordings.Length}, D], a row for each row of {of}: make it anew by this manifest.");
        }

        var dimension = (int)tensor.shape[1];
        var values = tensor.to_type(torch.ScalarType.Float32).contiguous().data<float>().ToArray();
        var rows = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (var i = 0; i < recordings.Length; i++)
        {
            var row = values.AsSpan(i * dimension, dimension).ToArray();
            if (Array.TrueForAll(row, float.IsFinite))
            {
                rows.TryAdd(recordings[i], row);
            }
        }

        return (rows, dimension);
    }
}
