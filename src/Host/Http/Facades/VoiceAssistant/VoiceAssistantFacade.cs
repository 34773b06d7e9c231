using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine.Options;

namespace Speaker.Host.Http.Facades.VoiceAssistant;

/// <summary>The voiceprint endpoints that ESP32 voice assistants (xiaozhi) ask.</summary>
internal sealed class VoiceAssistantFacade : IFacade
{
    public bool IsOn(HttpOptions options) => options.VoiceAssistantFacade;

    public void Map(IEndpointRouteBuilder routes, FacadeServices services) =>
        new VoiceAssistantEndpoints(services.Options, services.Metrics).Map(routes);
}
