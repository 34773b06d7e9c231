using System.Security.Cryptography;
using System.Text;

namespace Speaker.Host.Telephone.Media;

/// <summary>
/// How Twilio signs its requests: HMAC-SHA1 over the address that it asks for, in base64, keyed by the account's token. A
/// web socket's opening has no parameters beside its address, so that the signature of one address is always the same.
/// </summary>
internal static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    /// <summary>The signature of an address.</summary>
#pragma warning disable CA5350 // the algorithm is Twilio's; as a keyed hash SHA-1 is not broken
    public static string Of(string token, string address) => Convert.ToBase64String(
        HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(address)));
#pragma warning restore CA5350

    /// <summary>Whether a signature is that of the address, in a time that does not depend on where they differ.</summary>
    public static bool IsValid(string token, string address, string signature) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Of(token, address)), Encoding.UTF8.GetBytes(signature));
}
