using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Speaker.Host.House.Mdns;

/// <summary>
/// Announces services by multicast DNS over IPv4 and answers those who look for them (RFC 6762). The names have that of
/// the machine in them and are not probed for (section 8.1).
/// </summary>
/// <remarks>Why not a package: Makaretu.Dns.Multicast, the one there is, is of 2019, needs Common.Logging and
/// reflection, and cannot be compiled to native code.</remarks>
/// <param name="interfaces">Those to listen on; asked again from time to time.</param>
/// <param name="port">5353, or another in tests.</param>
/// <param name="time">For pauses.</param>
/// <param name="logger">For events.</param>
internal sealed class MdnsResponder(
    Func<IReadOnlyList<LocalInterface>> interfaces, int port, TimeProvider time, ILogger logger) : IDisposable
{
    public const int StandardPort = 5353;

    private const int LongestMessage = 9000;

    private static readonly IPAddress Group = IPAddress.Parse("224.0.0.251");
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _sending = new(1);
    private readonly SemaphoreSlim _added = new(0);
    private readonly Dictionary<(int Interface, AnnouncedService Service), long> _sent = [];
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private volatile IReadOnlyList<LocalInterface> _interfaces = [];
    private volatile IReadOnlyList<AnnouncedService> _services = [];

    /// <summary>Adds a service, and announces it while this runs; one of the same name is replaced.</summary>
    public void Add(AnnouncedService service)
    {
        lock (_sent)
        {
            _services = [.. _services.Where(other => other.Name != service.Name), service];
        }

        _added.Release();
    }

    /// <summary>Answers until it is asked to stop; then it says that the services are gone.</summary>
    /// <exception cref="SocketException">The port cannot be shared with others that use it.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Other programs of the machine, such as avahi-daemon, use the same port.
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
        // RFC 6762, section 11.
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 255);
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, 255);
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, true);
        _socket.Bind(new IPEndPoint(IPAddress.Any, port));
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] halves = [AnnounceAsync(ended.Token), AnswerAsync(ended.Token)];
            // Neither ends but by a failure, and one without the other is of no use.
            var first = await Task.WhenAny(halves);
            await ended.CancelAsync();
            await Task.WhenAll(halves).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await first;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            using var limit = new CancellationTokenSource(Pause);
            await SendAllAsync(isLeaving: true, limit.Token);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
        _added.Dispose();
    }

    /// <summary>Joins the group on interfaces as they come, and announces everything when there is one more interface
    /// or service, twice (section 8.3).</summary>
    private async Task AnnounceAsync(CancellationToken cancellationToken)
    {
        var isNew = true;
        while (true)
        {
            var found = interfaces();
            var added = found.Except(_interfaces).Where(Join).ToArray();
            _interfaces = [.. found.Intersect(_interfaces), .. added];
            if (added.Length > 0)
            {
                logger.Announcing(string.Join(", ", added.Select(each => each.Address)), port);
            }

            if (isNew || added.Length > 0)
            {
                await SendAllAsync(isLeaving: false, cancellationToken);
                await Task.Delay(Pause, time, cancellationToken);
                await SendAllAsync(isLeaving: false, cancellationToken);
            }

            isNew = await _added.WaitAsync(Refresh, cancellationToken);
        }
    }

    private bool Join(LocalInterface at)
    {
        try
        {
            _socket.SetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group, at.Index));
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // Joined before; its address is another now.
            return true;
        }
        catch (SocketException exception)
        {
            logger.AnnouncingFailed(at.Address.ToString(), exception.Message);
            return false;
        }
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestMessage];
        while (true)
        {
            try
            {
                var received = await _socket.ReceiveMessageFromAsync(
                    buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
                if (_interfaces.FirstOrDefault(each => each.Index == received.PacketInformation.Interface) is { } at
                    && DnsMessage.Parse(buffer.AsSpan(0, received.ReceivedBytes)) is { IsResponse: false } asked)
                {
                    await AnswerAsync(asked, (IPEndPoint)received.RemoteEndPoint, at, cancellationToken);
                }
            }
            catch (SocketException exception)
            {
                // Such as an ICMP message that somebody is gone.
                logger.AnsweringFailed(exception.Message);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task AnswerAsync(
        DnsMessage asked, IPEndPoint from, LocalInterface at, CancellationToken cancellationToken)
    {
        var isLegacy = from.Port != port;
        var isUnicast = isLegacy || asked.Questions.All(question => question.WantsUnicast);
        // Who is not on this link may have a false address, and the answer is longer than the question (section 11).
        if (isUnicast && !at.Network.Contains(from.Address))
        {
            return;
        }

        foreach (var service in _services.Where(each => each.IsAt(at.Address)))
        {
            if (MdnsAnswers.Of(asked, service, at, isLegacy) is { } answer
                && (isUnicast || MayMulticast(service, at)))
            {
                await SendAsync(
                    answer, at, isUnicast ? from : new IPEndPoint(Group, port), cancellationToken);
            }
        }
    }

    /// <summary>Not twice in a second (section 6).</summary>
    private bool MayMulticast(AnnouncedService service, LocalInterface at)
    {
        lock (_sent)
        {
            var key = (at.Index, service);
            if (_sent.TryGetValue(key, out var last) && time.GetElapsedTime(last) < Pause)
            {
                return false;
            }

            _sent[key] = time.GetTimestamp();
            return true;
        }
    }

    private async Task SendAllAsync(bool isLeaving, CancellationToken cancellationToken)
    {
        foreach (var at in _interfaces)
        {
            foreach (var service in _services.Where(each => each.IsAt(at.Address)))
            {
                try
                {
                    await SendAsync(
                        MdnsAnswers.Announcement(service, at, isLeaving), at, new IPEndPoint(Group, port),
                        cancellationToken);
                }
                catch (SocketException exception)
                {
                    logger.AnsweringFailed(exception.Message);
                }
            }
        }
    }

    private async Task SendAsync(
        DnsMessage message, LocalInterface at, IPEndPoint to, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            _socket.SetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(at.Index));
            await _socket.SendToAsync(message.ToBytes(), SocketFlags.None, to, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }
}
