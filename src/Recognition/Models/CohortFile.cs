using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Speaker.Scoring;

namespace Speaker.Models;

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
        Safetensors.Write(path, new Dictionary<string, StoredTensor>
        {
            [TensorName] = new(
                TensorType.Float16, [cohort.Speakers, cohort.Dimension],
                MemoryMarshal.AsBytes(cohort.Values.AsSpan()).ToArray()),
        });
        return Convert.ToHexStringLower(SHA256.HashData(Safetensors.ReadFile(path)));
    }

    /// <param name="file">The whole file.</param>
    /// <param name="path">For messages.</param>
    /// <param name="specification">Of the card.</param>
    /// <param name="dimension">Of the model's embeddings.</param>
    /// <exception cref="ModelException">The file is damaged, or it is another model's.</exception>
    public static Cohort Parse(byte[] file, string path, AsNormSpecification specification, int dimension)
    {
        var tensors = Safetensors.Parse(file, path);
        var digest = Convert.ToHexStringLower(SHA256.HashData(file));
        if (digest != specification.CohortSha256)
        {
            throw new ModelException(
                $"the cohort {path} has the SHA-256 {digest} and the model card is for {specification.CohortSha256}: they " +
                "are not of one model, or one is damaged; copy the three files of the model again");
        }

        if (!tensors.TryGetValue(TensorName, out var tensor) || tensor.Type != TensorType.Float16
            || !tensor.Shape.SequenceEqual([specification.Speakers, dimension]))
        {
            throw new ModelException(
                $"the cohort {path} is not {specification.Speakers} embeddings of {dimension} dimensions in half " +
                "precision, as the model card has it; copy the three files of the model again");
        }

        return Cohort.FromValues(
            MemoryMarshal.Cast<byte, Half>(tensor.Bytes.Span).ToArray(), specification.Speakers);
    }
}
