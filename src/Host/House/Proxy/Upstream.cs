using System.Net;
using System.Net.Sockets;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Wyoming;

namespace Speaker.Host.House.Proxy;

/// <summary>A connection to the speech recognition that writes down the words, for one question or one
/// utterance.</summary>
internal sealed class Upstream : IDisposable
{
    private readonly TcpClient _connection;
    private readonly WyomingChannel _channel;
    private readonly string _name;
    private readonly TimeSpan _patience;

    private Upstream(TcpClient connection, WyomingLimits limits, string name, TimeSpan patience)
    {
        _connection = connection;
        _channel = new WyomingChannel(connection.GetStream(), limits);
        _name = name;
        _patience = patience;
    }

    /// <summary>Connects.</summary>
    /// <exception cref="UpstreamException">It is not to be reached.</exception>
    public static async Task<Upstream> ConnectAsync(
        HouseOptions options, WyomingLimits limits, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromSeconds(options.UpstreamSeconds);
        var connection = new TcpClient { NoDelay = true };
        try
        {
            var address = options.UpstreamAddress();
            await InTimeAsync(
                options.Upstream!, "be connected", patience,
                async limit =>
                {
                    await connection.ConnectAsync(address.Host, address.Port, limit);
                    return true;
                },
                cancellationToken);
            return new Upstream(connection, limits, options.Upstream!, patience);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends an event.</summary>
    /// <exception cref="UpstreamException">It is gone, or takes nothing.</exception>
    public Task SendAsync(WyomingEvent sent, CancellationToken cancellationToken) => InTimeAsync(
        _name, $"take {sent.Type}", _patience,
        async limit =>
        {
            await _channel.WriteAsync(sent, limit);
            return true;
        },
        cancellationToken);

    /// <summary>Waits for the next event of a type; others are passed over.</summary>
    /// <param name="type">What is waited for.</param>
    /// <param name="within">Null: as long as it takes.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <exception cref="UpstreamException">It ended before, said that it failed, or took too long.</exception>
    public Task<WyomingEvent> ReceiveAsync(string type, TimeSpan? within, CancellationToken cancellationToken) =>
        InTimeAsync(
            _name, $"send {type}", within ?? Timeout.InfiniteTimeSpan,
            async limit =>
            {
                while (true)
                {
                    var received = await _channel.ReadAsync(limit)
                        ?? throw new UpstreamException($"{_name} ended the connection before it sent {type}");
                    if (received.Type == type)
                    {
                        return received;
                    }

                    // What it says may have words of the speaker in it, and stays there.
                    if (received.Type == WyomingEvent.Error)
                    {
                        throw new UpstreamException($"{_name} answered with an error instead of {type}: see its log");
                    }
                }
            },
            cancellationToken);

    public void Dispose() => _connection.Dispose();

    private static async Task<T> InTimeAsync<T>(
        string name, string what, TimeSpan patience, Func<CancellationToken, Task<T>> act,
        CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await act(limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException(
                $"{name} did not {what} within {SettingKeys.House}:{nameof(HouseOptions.UpstreamSeconds)} = " +
                $"{Bounds.Text(patience.TotalSeconds)}",
                exception);
        }
        catch (Exception exception) when (exception is SocketException or IOException or WyomingException
            or ObjectDisposedException)
        {
            throw new UpstreamException($"{name} could not {what}: {exception.Message}", exception);
        }
    }
}
