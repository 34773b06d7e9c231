using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Speaker.Host.Http;

/// <summary>Logging without ASP.NET Core's own lines on requests, at whatever level: they have the whole address, in which
/// clients of a façade put their key, and the service says itself what it answered.</summary>
internal sealed class DiscreetLogging(ILoggerFactory logging) : ILoggerFactory
{
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public ILogger CreateLogger(string categoryName) =>
        categoryName == Requests ? NullLogger.Instance : logging.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => logging.AddProvider(provider);

    /// <summary>What it adds to belongs to others.</summary>
    public void Dispose()
    {
    }
}
