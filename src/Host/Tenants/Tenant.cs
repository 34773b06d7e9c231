using Microsoft.AspNetCore.Http;
using Speaker.Enrolment;

namespace Speaker.Host.Tenants;

/// <summary>What a request works with, and there is no way from it to another tenant's.</summary>
/// <param name="Name">Empty: of the store that the settings name.</param>
/// <param name="Store">Its voiceprints.</param>
/// <param name="Recognizer">Looks into that store; the model is everybody's.</param>
/// <param name="Documents">What else is remembered of its speakers.</param>
internal sealed record Tenant(
    string Name, IEditableStore Store, SpeakerRecognizer Recognizer, IDocumentStore Documents)
{
    /// <summary>The tenant of the key that a request came with.</summary>
    /// <exception cref="InvalidOperationException">The endpoint needs no key, so there is none.</exception>
    public static Tenant Of(HttpContext context) => context.Features.Get<Tenant>()
        ?? throw new InvalidOperationException("the endpoint belongs to no tenant");
}
