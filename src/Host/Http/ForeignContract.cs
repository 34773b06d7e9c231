using Microsoft.AspNetCore.Http;

namespace Speaker.Host.Http;

/// <summary>What endpoints of another product have otherwise than this service's own.</summary>
/// <param name="KeyOf">Where in a request the key is; null where there is none.</param>
/// <param name="RefuseAsync">Writes what a request is refused with.</param>
internal sealed record ForeignContract(
    Func<HttpRequest, string?> KeyOf, Func<HttpContext, ProblemException, Task> RefuseAsync);
