using System.Security.Cryptography;

namespace Speaker.Enrolment.Audit;

/// <summary>What the audit log calls a speaker: 128 random bits that lie in the speaker's row and go with it. They follow
/// from nothing, so nobody finds the name of a removed speaker by trying names.</summary>
internal static class AuditSubject
{
    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
