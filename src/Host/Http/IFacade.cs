using Microsoft.AspNetCore.Routing;
using Speaker.CommandLine.Options;
using Speaker.Host.Tenants;

namespace Speaker.Host.Http;

/// <summary>Endpoints that the settings add to the service: another product's over this one's engine, or another
/// door.</summary>
internal interface IFacade
{
    /// <summary>Whether the settings switch it on.</summary>
    bool IsOn(HttpOptions options);

    /// <summary>Adds its endpoints.</summary>
    /// <param name="routes">Of the service.</param>
    /// <param name="services">What they work with.</param>
    void Map(IEndpointRouteBuilder routes, FacadeServices services);
}

/// <summary>What a façade works with besides the tenant of a request.</summary>
/// <param name="Options">What is switched off, and the limits.</param>
/// <param name="Verification">Decides on claimed speakers.</param>
/// <param name="Metrics">Count.</param>
/// <param name="Time">Of what is kept.</param>
/// <param name="ModelPath">The model's file.</param>
/// <param name="Tenants">For who comes without a request.</param>
internal sealed record FacadeServices(
    HttpOptions Options, GuardedVerification Verification, ServiceMetrics Metrics, TimeProvider Time, string? ModelPath,
    OpenTenants Tenants);
