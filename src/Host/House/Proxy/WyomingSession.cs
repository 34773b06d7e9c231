using Microsoft.Extensions.Logging;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Voices;
using Speaker.Host.House.Wyoming;
using Speaker.Host.Presentation;

namespace Speaker.Host.House.Proxy;

/// <summary>
/// An assistant's connection: it is told what the upstream can do, and gets the words of utterances as far as they may
/// pass. Nothing of the upstream reaches it but these two, so that no part of a transcript comes before the voice is
/// judged.
/// </summary>
internal sealed class WyomingSession : IDisposable
{
    private readonly WyomingChannel _client;
    private readonly string _satellite;
    private readonly HouseOptions _options;
    private readonly WyomingLimits _limits;
    private readonly VoiceJudge _judge;
    private readonly TranscriptPolicy _policy;
    private readonly Action<HeardVoice> _tell;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationTokenSource _idle;
    private WyomingEvent? _transcribe;
    private Utterance? _utterance;
    private bool _isAnswered;

    /// <param name="connection">Stays the caller's.</param>
    /// <param name="satellite">Whose assistant it is.</param>
    /// <param name="options">Where the upstream is, and the bounds.</param>
    /// <param name="judge">Whose voice an utterance is.</param>
    /// <param name="tell">Told of every utterance that was answered; may not wait.</param>
    /// <param name="logger">For events.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public WyomingSession(
        Stream connection,
        string satellite,
        HouseOptions options,
        VoiceJudge judge,
        Action<HeardVoice> tell,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        _limits = new WyomingLimits(options.MaximumHeaderBytes, options.MaximumDataBytes, options.MaximumPayloadBytes);
        _client = new WyomingChannel(connection, _limits);
        _satellite = satellite;
        _options = options;
        _judge = judge;
        _policy = new TranscriptPolicy(options);
        _tell = tell;
        _logger = logger;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _idle = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
    }

    /// <summary>Answers until the client goes, breaks the rules, or the upstream fails.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    /// <exception cref="OperationCanceledException">The token says so.</exception>
    public async Task RunAsync()
    {
        try
        {
            await ServeAsync();
        }
        catch (WyomingException exception)
        {
            _logger.ConnectionRefused(_satellite, exception.Message);
            await SendLastAsync(WyomingEvent.ErrorOf("refused", exception.Message));
        }
        catch (UpstreamException exception)
        {
            _logger.UpstreamFailed(_satellite, exception.Message);
            await SendLastAsync(WyomingEvent.ErrorOf("upstream", "the speech recognition behind this service failed"));
        }
        catch (OperationCanceledException) when (_idle.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            _logger.ConnectionIdle(_satellite, _options.IdleSeconds);
        }
    }

    public void Dispose()
    {
        // Ends what still waits for the upstream or for a place at the recogniser.
        _ended.Cancel();
        _utterance?.Dispose();
        _idle.Dispose();
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        var next = ReceiveAsync();
        while (true)
        {
            if (_utterance is { } utterance && !_isAnswered)
            {
                await Task.WhenAny((Task)next, utterance.Transcript);
                // Who has sent everything may end its side of the connection and wait.
                if (utterance.Transcript.IsCompleted || (utterance.IsComplete && await next is null))
                {
                    await AnswerAsync(utterance);
                    continue;
                }
            }

            if (await next is not { } received)
            {
                return;
            }

            // What follows is this service's time, not the client's.
            _idle.CancelAfter(Timeout.InfiniteTimeSpan);
            await HandleAsync(received);
            next = ReceiveAsync();
        }
    }

    private Task<WyomingEvent?> ReceiveAsync()
    {
        // Who has sent everything waits for the upstream, which has a limit of its own.
        _idle.CancelAfter(_utterance is { IsComplete: true } && !_isAnswered
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromSeconds(_options.IdleSeconds));
        return _client.ReadAsync(_idle.Token);
    }

    private Task HandleAsync(WyomingEvent received) => received.Type switch
    {
        WyomingEvent.Describe => DescribeAsync(),
        WyomingEvent.Ping => SendAsync(received with { Type = WyomingEvent.Pong }),
        WyomingEvent.Transcribe => TranscribeAsync(received),
        WyomingEvent.AudioStart => StartAsync(received),
        WyomingEvent.AudioChunk => AddAsync(received),
        WyomingEvent.AudioStop => StopAsync(received),
        // The protocol has events for other services, and grows.
        _ => Task.CompletedTask,
    };

    private async Task DescribeAsync()
    {
        using var upstream = await Upstream.ConnectAsync(_options, _limits, _ended.Token);
        await upstream.SendAsync(new WyomingEvent(WyomingEvent.Describe), _ended.Token);
        var info = await upstream.ReceiveAsync(
            WyomingEvent.Info, TimeSpan.FromSeconds(_options.UpstreamSeconds), _ended.Token);
        await SendAsync(ServiceInfo.Of(info, _satellite));
    }

    private Task TranscribeAsync(WyomingEvent received)
    {
        if (_utterance is not null && !_isAnswered)
        {
            throw new WyomingException("transcribe came within an utterance: send audio-stop first");
        }

        _transcribe = received;
        return Task.CompletedTask;
    }

    private async Task StartAsync(WyomingEvent start)
    {
        // An upstream may join the sound of both and write down the words of the first, of which the voice would not be
        // judged.
        if (_utterance is not null && !_isAnswered)
        {
            throw new WyomingException(
                "audio-start came within an utterance: send audio-stop and wait for the transcript");
        }

        _utterance?.Dispose();
        _utterance = null;
        _isAnswered = false;
        _utterance = await Utterance.BeginAsync(
            _transcribe, start, _judge, _satellite, _options, _limits, _ended.Token);
    }

    private Task AddAsync(WyomingEvent chunk)
    {
        if (_isAnswered)
        {
            // The words came before the sound ended: what follows is not listened to by anybody.
            return Task.CompletedTask;
        }

        return _utterance is { IsComplete: false } utterance
            ? utterance.AddAsync(chunk)
            : throw new WyomingException("audio-chunk came outside of an utterance: send audio-start first");
    }

    private Task StopAsync(WyomingEvent stop)
    {
        if (_isAnswered)
        {
            return Task.CompletedTask;
        }

        return _utterance switch
        {
            // No sound, no words.
            null => SendAsync(WyomingEvent.TranscriptOf("")),
            { IsComplete: false } utterance => utterance.CompleteAsync(stop),
            _ => throw new WyomingException("audio-stop came twice"),
        };
    }

    /// <summary>Sends the words as far as they may pass, and tells whose they are.</summary>
    private async Task AnswerAsync(Utterance utterance)
    {
        _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        var (text, voice) = await utterance.AnswerAsync();
        var passed = _policy.Apply(text, voice);
        _isAnswered = true;
        // Nobody is told that words passed to a client that is gone.
        await SendAsync(WyomingEvent.TranscriptOf(passed));
        _idle.CancelAfter(TimeSpan.FromSeconds(_options.IdleSeconds));
        _tell(new HeardVoice(_satellite, voice, passed.Length > 0));
        _logger.UtteranceAnswered(
            _satellite, DecisionPresenter.Word(voice.Outcome), voice.Speaker ?? "nobody", voice.Reason,
            utterance.Seconds, passed.Length > 0 ? "passed on" : "withheld", utterance.SinceSound.TotalSeconds);
    }

    private async Task SendAsync(WyomingEvent sent)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(_options.IdleSeconds));
        try
        {
            await _client.WriteAsync(sent, limit.Token);
        }
        catch (OperationCanceledException exception) when (!_ended.IsCancellationRequested)
        {
            throw new IOException(
                $"the client did not take {sent.Type} within " +
                $"{SettingKeys.House}:{nameof(HouseOptions.IdleSeconds)} = {Bounds.Text(_options.IdleSeconds)}",
                exception);
        }
    }

    /// <summary>Says why the connection ends, to a client that may be gone.</summary>
    private async Task SendLastAsync(WyomingEvent sent)
    {
        try
        {
            await SendAsync(sent);
        }
        catch (IOException)
        {
            // The log has it.
        }
    }
}
