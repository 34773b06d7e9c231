using System.Security.Cryptography;

namespace Speaker.Enrolment.Protection;

/// <summary>Keys that are ready for use, by their ids. The bytes of the keys are kept by the cipher alone.</summary>
internal sealed class TemplateKeyRing : IDisposable
{
    private readonly Dictionary<string, TemplateCipher> _ciphers = new(StringComparer.Ordinal);

    private TemplateKeyRing(string currentId) => CurrentId = currentId;

    /// <summary>The key that seals.</summary>
    public string CurrentId { get; }

    /// <summary>Reads the keys of a source.</summary>
    /// <exception cref="StoreException">It gives none, or something else.</exception>
    public static TemplateKeyRing Read(TemplateKeySource source)
    {
        var text = source.Read();
        try
        {
            var keys = TemplateKeyText.Parse(text, source.Description);
            var ring = new TemplateKeyRing(TemplateKeyText.IdOf(keys[0]));
            foreach (var key in keys)
            {
                var id = TemplateKeyText.IdOf(key);
                if (!ring._ciphers.ContainsKey(id))
                {
                    ring._ciphers.Add(id, new TemplateCipher(key));
                }

                CryptographicOperations.ZeroMemory(key);
            }

            return ring;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>The cipher of a key; null where the key is none of these.</summary>
    public TemplateCipher? Find(string id) => _ciphers.GetValueOrDefault(id);

    public void Dispose()
    {
        foreach (var cipher in _ciphers.Values)
        {
            cipher.Dispose();
        }
    }
}
