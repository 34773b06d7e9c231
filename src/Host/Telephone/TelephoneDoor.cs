using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.Http;
using Speaker.Host.Jobs;
using Speaker.Host.Telephone.AudioSocket;
using Speaker.Host.Telephone.Calls;
using Speaker.Host.Telephone.Media;
using Speaker.Jobs;

namespace Speaker.Host.Telephone;

/// <summary>The telephone: media streams of providers by web socket, AudioSocket by TCP, and what is asked of calls over
/// HTTP. It is part of the HTTP service, whose claims, tenants and keys it shares.</summary>
internal sealed class TelephoneDoor(IServiceProvider services) : IFacade
{
    /// <summary>For the store, the first decision and the last, beyond the time that a call is listened to.</summary>
    private static readonly TimeSpan _reserve = TimeSpan.FromMinutes(5);

    private readonly TelephoneOptions _options = services.GetRequiredService<IOptions<TelephoneOptions>>().Value;
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ILogger _logger = services.GetRequiredService<ILogger<TelephoneDoor>>();
    private CallDesk? _desk;

    /// <summary>Whether the settings switch any of it on.</summary>
    public bool IsAsked => _options.MediaStreams || _options.AudioSocket is not null;

    public bool IsOn(HttpOptions options) => IsAsked;

    /// <exception cref="UsageException">The settings ask for a challenge with every verification.</exception>
    public void Map(IEndpointRouteBuilder routes, FacadeServices shared)
    {
        if (shared.Options.RequireChallenge)
        {
            throw new UsageException(
                "Speaker:Http:RequireChallenge = true, must be false where Speaker:Telephone is on: a call has no " +
                "challenge, and would go round it");
        }

        var notice = new CallNotice(
            services.GetRequiredService<IJobQueue>(), services.GetRequiredService<JobSignal>(),
            services.GetRequiredService<IOptions<WebhookOptions>>().Value, _time, _logger);
        var book = new CallBook(
            _options.Remembered, TimeSpan.FromSeconds(_options.AnnouncedSeconds),
            TimeSpan.FromSeconds(_options.MaximumSeconds) + _reserve, TimeSpan.FromSeconds(_options.KeepSeconds), _time);
        _desk = new CallDesk(
            book, shared.Tenants, shared.Verification, notice, shared.Metrics, _options, _time, _logger);
        var requests = new CallRequests(notice, _time);
        new CallEndpoints(book, requests, shared.Options).Map(routes);
        if (_options.MediaStreams)
        {
            var life = routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
            new MediaStreamEndpoints(
                _desk, requests, _options, shared.Options, _time, _logger, life.ApplicationStopping).Map(routes);
        }
    }

    /// <summary>Begins to listen for AudioSocket, once the HTTP service is there.</summary>
    /// <returns>Null where no setting says where.</returns>
    /// <exception cref="UsageException">The address is not to be had.</exception>
    public AudioSocketListener? Listen() => _desk is { } desk && _options.AudioSocketEndPoint() is { } place
        ? AudioSocketListener.Start(place, desk, _options, _time, _logger)
        : null;
}
