using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Speaker.Model.Encoding;
using TorchSharp;

namespace Speaker.Model.Scoring;

/// <summary>
/// A cohort on disk: NAME.cohort.safetensors with one tensor "cohort", [speakers, dimension] in half precision. Beside
/// the weights and not among them, so that the cohort may change without making the voiceprints of the model void.
/// </summary>
internal static class CohortFile
{
    private const string TensorName = "cohort";

    /// <returns>SHA-256 of the file, lower-case hex.</returns>
    /// <exception cref="ModelException">The file cannot be written.</exception>
    public static string Write(string path, Cohort cohort)
    {
        using var scope = torch.NewDisposeScope();
        var tensor = torch.empty(new long[] { cohort.Speakers, cohort.Dimension }, torch.ScalarType.Float16);
        tensor.bytes = MemoryMarshal.AsBytes(cohort.Values.AsSpan());
        Safetensors.Write(path, new Dictionary<string, torch.Tensor> { [TensorName] = tensor });
        return Convert.ToHexStringLower(SHA256.HashData(Safetensors.ReadFile(path)));
    }

    /// <summary>Reads without the tensor library, whose loading would hold up a short program.</summary>
    /// <param name="path">The file.</param>
    /// <param name="specification">Of the card.</param>
    /// <param name="dimension">Of the model's embeddings.</param>
    /// <exception cref="ModelException">There is no such file, it is damaged, or it is another model's.</exception>
    public static Cohort Read(string path, AsNormSpecification specification, int dimension)
    {
        var file = Safetensors.ReadFile(path);
        var header = SafetensorsHeader.Parse(file, path);
        var digest = Convert.ToHexStringLower(SHA256.HashData(file));
        if (digest != specification.CohortSha256)
            throw new ModelException(
                $"the cohort {path} has the SHA-256 {digest} and the model card is for {specification.CohortSha256}: they " +
                "are not of one model, or one is damaged; copy the three files of the model again");
        var entry = header.Entries.FirstOrDefault(e => e.Name == TensorName);
        if (entry is null || entry.Type != torch.ScalarType.Float16 || entry.Shape.Length != 2
            || entry.Shape[0] != specification.Speakers || entry.Shape[1] != dimension)
            throw new ModelException(
                $"the cohort {path} is not {specification.Speakers} embeddings of {dimension} dimensions in half " +
                "precision, as the model card has it; copy the three files of the model again");
        var bytes = file.AsSpan(header.DataStart + (int)entry.Begin, (int)(entry.End - entry.Begin));
        return Cohort.FromValues(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), specification.Speakers);
    }
}
