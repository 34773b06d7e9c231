using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine.Options;
using Speaker.Host.Keys;

namespace Speaker.Host.Http.Facades.Azure;

/// <summary>
/// The REST endpoints of Azure Speaker Recognition v2.0, which Microsoft retired in 2025: text-independent verification and
/// identification. A profile is a speaker whose name is the profile's id.
/// </summary>
internal sealed class AzureFacade : IFacade
{
    private const string Verification = "verification";
    private const string Identification = "identification";

    public bool IsOn(HttpOptions options) => options.AzureFacade;

    public void Map(IEndpointRouteBuilder routes, FacadeServices services)
    {
        var profiles = new AzureProfileEndpoints(services.Metrics, services.Time, services.ModelPath);
        var recognition = new AzureRecognitionEndpoints(services.Options, services.Verification, services.Metrics);
        foreach (var kind in (string[])[Verification, Identification])
        {
            var all = $"/speaker/{kind}/v2.0/text-independent/profiles";
            var one = all + "/{profileId}";
            Name(routes.MapPost(
                all, (HttpContext context, CancellationToken cancellation) =>
                    profiles.CreateAsync(kind, context, cancellation)), "azureCreateProfile", KeyScopes.Enrol);
            Name(routes.MapGet(
                all, (HttpContext context, CancellationToken cancellation) =>
                    profiles.ListAsync(kind, context, cancellation)), "azureListProfiles", KeyScopes.Admin);
            Name(routes.MapGet(
                one, (string profileId, HttpContext context, CancellationToken cancellation) =>
                    profiles.ShowAsync(kind, profileId, context, cancellation)), "azureGetProfile", KeyScopes.Admin);
            Name(routes.MapDelete(
                one, (string profileId, HttpContext context, CancellationToken cancellation) =>
                    profiles.DeleteAsync(kind, profileId, context, cancellation)), "azureDeleteProfile", KeyScopes.Admin);
            Name(routes.MapPost(
                one + "/reset", (string profileId, HttpContext context, CancellationToken cancellation) =>
                    profiles.ResetAsync(kind, profileId, context, cancellation)), "azureResetProfile", KeyScopes.Admin);
            Name(routes.MapPost(
                one + "/enrollments", (string profileId, HttpContext context, CancellationToken cancellation) =>
                    profiles.EnrolAsync(kind, profileId, context, cancellation)), "azureEnroll", KeyScopes.Enrol,
                listens: true);
        }

        Name(routes.MapPost(
            $"/speaker/{Verification}/v2.0/text-independent/profiles/{{profileId}}/verify",
            (string profileId, HttpContext context, CancellationToken cancellation) =>
                recognition.VerifyAsync(Verification, profileId, context, cancellation)), "azureVerify", KeyScopes.Verify,
            listens: true);
        Name(routes.MapPost(
            $"/speaker/{Identification}/v2.0/text-independent/profiles/identifySingleSpeaker",
            (HttpContext context, CancellationToken cancellation) =>
                recognition.IdentifyAsync(Identification, context, cancellation)), "azureIdentify", KeyScopes.Identify,
            listens: true);
        MapTextDependent(routes);
    }

    /// <summary>No language has a pass phrase here, so that no profile can be made: the answers are the product's for a
    /// language that it has none in, and for profiles that there are not.</summary>
    private static void MapTextDependent(IEndpointRouteBuilder routes)
    {
        const string Root = $"/speaker/{Verification}/v2.0/text-dependent";
        Name(routes.MapPost(Root + "/profiles", IResult () => throw NoLocale()), "azureTextDependent", KeyScopes.Enrol);
        Name(
            routes.MapGet(Root + "/profiles", () => AzureProfileEndpoints.Page([], "")), "azureTextDependent",
            KeyScopes.Admin);
        Name(
            routes.MapGet(Root + "/phrases/{locale}", IResult (string locale) => throw NoLocale()), "azureTextDependent",
            KeyScopes.None);
        Name(
            routes.MapDelete(Root + "/profiles/{profileId}", (string profileId) => TypedResults.NoContent()),
            "azureTextDependent", KeyScopes.Admin);
        Name(
            routes.Map(
                Root + "/profiles/{profileId}/{**rest}", IResult (string profileId) => throw AzureContract.NoProfile()),
            "azureTextDependent", KeyScopes.None);

        static ProblemException NoLocale() => AzureContract.Argument(
            "Invalid locale value. No locale is supported: text-dependent profiles are not served here, use " +
            "text-independent ones.");
    }

    private static void Name(RouteHandlerBuilder endpoint, string name, KeyScopes scope, bool listens = false) =>
        endpoint.WithMetadata(new Operation(name, scope, listens, AzureContract.Instance));
}
