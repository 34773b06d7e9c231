using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Speaker.Audio.Features;

namespace Speaker.Models;

/// <summary>The card as a file: indented, for people. Generated at build time, so that loading costs no reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class ModelCardJson : JsonSerializerContext
{
    /// <exception cref="ModelException">There is no such file, or it is not a card.</exception>
    public static ModelCard Read(string path)
    {
        try
        {
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(
                $"the model card {path} cannot be read: {e.Message} " +
                "A model is NAME.safetensors with NAME.json beside it.", e);
        }
    }

    /// <param name="bytes">The whole file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="ModelException">It is not a card.</exception>
    public static ModelCard Parse(byte[] bytes, string path)
    {
        try
        {
            var card = JsonSerializer.Deserialize(bytes, Default.ModelCard)
                ?? throw new ModelException($"the model card {path} holds null; copy the model again");
            card.Validate();
            return card;
        }
        catch (JsonException e)
        {
            throw new ModelException($"the model card {path} is not valid: {e.Message} Copy the model again.", e);
        }
    }

    public static byte[] OnOneLine(ModelCard card) => JsonSerializer.SerializeToUtf8Bytes(
        card, typeof(ModelCard), new ModelCardJson(new JsonSerializerOptions(Default.Options) { WriteIndented = false }));

    public static void Write(string path, ModelCard card) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, card, Default.ModelCard));
}

/// <summary>
/// The parts of a card that decide what an embedding is, as bytes that depend on nothing else: no indentation, members
/// in the order of their declaration.
/// </summary>
[JsonSourceGenerationOptions(
    WriteIndented = false, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FrontEndSpecification))]
[JsonSerializable(typeof(EncoderSpecification))]
internal sealed partial class CanonicalJson : JsonSerializerContext
{
    /// <summary>
    /// SHA-256 over the digest of the weights file, the front end and the encoder, as lower-case hex: two models agree
    /// in it exactly when their embeddings may meet.
    /// </summary>
    /// <param name="weightsDigest">The 32 bytes of SHA-256 over the weights file.</param>
    public static string HashModel(ReadOnlySpan<byte> weightsDigest, ModelCard card)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(weightsDigest);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(card.FrontEnd, Default.FrontEndSpecification));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(card.Encoder, Default.EncoderSpecification));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
