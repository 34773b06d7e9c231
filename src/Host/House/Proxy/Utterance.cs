using System.Diagnostics;
using Speaker.Audio.Validation;
using Speaker.CommandLine;
using Speaker.CommandLine.Options;
using Speaker.Host.House.Voices;
using Speaker.Host.House.Wyoming;

namespace Speaker.Host.House.Proxy;

/// <summary>
/// One utterance from audio-start to its transcript. Its sound goes to the upstream, by a connection of its own, and is
/// kept for the recognition of the voice: of the same sound the upstream writes down the words and the voice is judged.
/// </summary>
internal sealed class Utterance : IDisposable
{
    private readonly Upstream _upstream;
    private readonly UtteranceSound _sound;
    private readonly VoiceJudge _judge;
    private readonly string _satellite;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationToken _ended;
    private Task<VoiceDecision>? _voice;
    private long _soundEnded;

    private Utterance(
        Upstream upstream, UtteranceSound sound, VoiceJudge judge, string satellite, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        _upstream = upstream;
        _sound = sound;
        _judge = judge;
        _satellite = satellite;
        _patience = patience;
        _ended = cancellationToken;
        _limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Transcript = upstream.ReceiveAsync(WyomingEvent.Transcript, null, _limit.Token);
    }

    /// <summary>The words, when the upstream has them; some send them before the sound ends.</summary>
    public Task<WyomingEvent> Transcript { get; }

    /// <summary>Whether all of its sound came.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Length of its sound, in seconds.</summary>
    public double Seconds => _sound.Seconds;

    /// <summary>How long ago the sound ended, or the words came where they came before.</summary>
    public TimeSpan SinceSound => Stopwatch.GetElapsedTime(_soundEnded);

    /// <summary>Begins one.</summary>
    /// <param name="transcribe">What the client wants of the upstream; null: nothing in particular.</param>
    /// <param name="start">How the sound comes.</param>
    /// <param name="judge">Whose voice it is.</param>
    /// <param name="satellite">Where it is heard.</param>
    /// <param name="options">Where the upstream is, and the bounds.</param>
    /// <param name="limits">Of the upstream's events.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="WyomingException">The sound is of a format that is not taken.</exception>
    /// <exception cref="UpstreamException">There is no upstream.</exception>
    public static async Task<Utterance> BeginAsync(
        WyomingEvent? transcribe,
        WyomingEvent start,
        VoiceJudge judge,
        string satellite,
        HouseOptions options,
        WyomingLimits limits,
        CancellationToken cancellationToken)
    {
        var sound = new UtteranceSound(start, options.MaximumSeconds);
        var upstream = await Upstream.ConnectAsync(options, limits, cancellationToken);
        try
        {
            await upstream.SendAsync(transcribe ?? new WyomingEvent(WyomingEvent.Transcribe), cancellationToken);
            await upstream.SendAsync(start, cancellationToken);
            return new Utterance(
                upstream, sound, judge, satellite, TimeSpan.FromSeconds(options.UpstreamSeconds), cancellationToken);
        }
        catch
        {
            upstream.Dispose();
            throw;
        }
    }

    /// <summary>Takes sound.</summary>
    /// <exception cref="WyomingException">It is not what audio-start said, or too much.</exception>
    /// <exception cref="UpstreamException">The upstream is gone.</exception>
    public Task AddAsync(WyomingEvent chunk)
    {
        _sound.Add(chunk);
        return _upstream.SendAsync(chunk, _ended);
    }

    /// <summary>The sound has ended: the voice is judged while the upstream finishes.</summary>
    /// <exception cref="UpstreamException">The upstream is gone.</exception>
    public Task CompleteAsync(WyomingEvent stop)
    {
        Judge();
        _limit.CancelAfter(_patience);
        return _upstream.SendAsync(stop, _ended);
    }

    /// <summary>The words and whose they are.</summary>
    /// <exception cref="UpstreamException">The upstream is gone, or took too long.</exception>
    public async Task<(string Text, VoiceDecision Voice)> AnswerAsync()
    {
        WyomingEvent transcript;
        try
        {
            transcript = await Transcript;
        }
        catch (OperationCanceledException exception) when (!_ended.IsCancellationRequested)
        {
            throw new UpstreamException(
                $"no transcript came within {SettingKeys.House}:{nameof(HouseOptions.UpstreamSeconds)} = " +
                $"{Bounds.Text(_patience.TotalSeconds)} of the end of the sound",
                exception);
        }

        // Where the words came early, of the sound that there is.
        Judge();
        return (transcript.Text("text") ?? "", await _voice!);
    }

    public void Dispose()
    {
        _limit.Cancel();
        _upstream.Dispose();
        _limit.Dispose();
    }

    private void Judge()
    {
        if (!IsComplete)
        {
            IsComplete = true;
            _soundEnded = Stopwatch.GetTimestamp();
        }

        _voice ??= _judge.JudgeAsync(_satellite, _sound.ToInput(), _ended);
    }
}
