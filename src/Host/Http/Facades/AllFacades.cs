using Speaker.Host.Http.Facades.Azure;
using Speaker.Host.Http.Facades.VoiceAssistant;

namespace Speaker.Host.Http.Facades;

/// <summary>The façades that there are.</summary>
internal static class AllFacades
{
    public static IReadOnlyList<IFacade> Create() => [new AzureFacade(), new VoiceAssistantFacade()];
}
