using System.Text.Json;

namespace Speaker.Host.Presentation;

/// <summary>A <see cref="Reason"/> as JSON has it: its name, camel case. Programs read it, so it is as stable as the
/// enum.</summary>
internal static class ReasonCode
{
    public static string Of(Reason reason) => JsonNamingPolicy.CamelCase.ConvertName(reason.ToString());
}
