using Speaker.Audio;
using Speaker.Audio.Files;
using Speaker.Audio.Fingerprints;
using Speaker.Audio.Quality;
using Speaker.Audio.Utterances;

namespace Speaker.Recognition;

#pragma warning disable CA1001 // as there
internal sealed partial class RecordingEmbedder
#pragma warning restore CA1001
{
    /// <summary>
    /// Sound that comes block by block and can be embedded at any time, as a file with all of it would be: what is
    /// complete as a segment is embedded when it is, only the rest is listened to again. Besides it can be looked at,
    /// which costs what came since the last look. Memory and the work of an answer are those of one segment, however long
    /// one listens.
    /// </summary>
    /// <remarks>Thread safe: blocks may come while what was there before them is embedded.</remarks>
    public sealed class GrowingSound
    {
        private const double LevelSeconds = 0.1;

        /// <summary>Sound that waits for the next look; what comes on top is listened to when it comes.</summary>
        private const int MostWaiting = 10 * AudioFile.SampleRate;

        private readonly RecordingEmbedder _embedder;

        /// <summary>Of what blocks change.</summary>
        private readonly Lock _lock = new();
        private readonly SegmentCutter _cutter;
        private readonly FingerprintMaker? _fingerprint;
        private readonly List<float> _waiting = [];
        private Task<Heard> _complete = Task.FromResult(Heard.Nothing);
        private bool _isLookedAt;

        /// <summary>Of the listener; taken before the other.</summary>
        private readonly Lock _listening = new();
        private readonly LiveListener _listener;

        internal GrowingSound(RecordingEmbedder embedder, bool withFingerprint)
        {
            _embedder = embedder;
            _fingerprint = withFingerprint ? new FingerprintMaker() : null;
            _cutter = new SegmentCutter(embedder._encoder.Card.FrontEnd);
            _listener = new LiveListener(
                embedder._encoder, embedder._utterance, embedder._conclusion, embedder._threads);
        }

        /// <summary>What was appended.</summary>
        public double Seconds
        {
            get
            {
                lock (_lock)
                {
                    return (double)_cutter.Length / AudioFile.SampleRate;
                }
            }
        }

        /// <summary>By which a copy of it is known; null where nobody asked for it.</summary>
        public AudioFingerprint? ToFingerprint()
        {
            lock (_lock)
            {
                return _fingerprint?.ToFingerprint();
            }
        }

        /// <param name="block">16 kHz mono, -1 to 1; any length.</param>
        public void Append(ReadOnlySpan<float> block)
        {
            bool isFull;
            Task? backlog = null;
            lock (_lock)
            {
                _fingerprint?.Add(block);
                _cutter.Append(block);
                while (_cutter.TryTake(out var segment))
                {
                    backlog = _complete;
                    _complete = AddAsync(_complete, segment.Samples.ToArray(), segment.Length);
                }

                if (_isLookedAt)
                {
                    _waiting.AddRange(block);
                }

                isFull = _waiting.Count > MostWaiting;
            }

            // One segment waits at most, so that memory is bounded where sound comes faster than it is listened to.
            backlog?.GetAwaiter().GetResult();
            if (isFull)
            {
                lock (_listening)
                {
                    Listen();
                }
            }
        }

        /// <summary>The embedding of everything so far.</summary>
        public async Task<EmbeddingResult> EmbedAsync(CancellationToken cancellationToken)
        {
            float[] rest;
            Task<Heard> complete;
            lock (_lock)
            {
                rest = _cutter.Rest.Samples.ToArray();
                complete = _complete;
            }

            var heard = await complete.WaitAsync(cancellationToken).ConfigureAwait(false);
            return await _embedder.RunAsync(
                () => _embedder.WithReader(reader => _embedder.Conclude(
                    _embedder.Add(heard, reader.Listen(new SoundSegment(rest, rest.Length)), reader),
                    _embedder._utterance)),
                cancellationToken).ConfigureAwait(false);
        }

        /// <summary>Where the sound stands. The first look listens to what there is, at most the segment that is not
        /// complete; later ones to what came since.</summary>
        public Task<LiveHearing> HearAsync(CancellationToken cancellationToken) => _embedder.RunAsync(
            () =>
            {
                lock (_listening)
                {
                    var (seconds, level) = Listen();
                    return _listener.Hear(seconds) with { Level = level };
                }
            },
            cancellationToken);

        private async Task<Heard> AddAsync(Task<Heard> before, float[] samples, int length)
        {
            var heard = await before.ConfigureAwait(false);
            return await _embedder.RunAsync(
                () => _embedder.WithReader(reader => _embedder.Add(
                    heard, reader.Listen(new SoundSegment(samples, length)), reader)),
                CancellationToken.None).ConfigureAwait(false);
        }

        /// <summary>Takes in what waits.</summary>
        /// <returns>Length of the sound until there, and the level of its end.</returns>
        private (double Seconds, double? Level) Listen()
        {
            float[] samples;
            double seconds;
            double? level;
            lock (_lock)
            {
                samples = _isLookedAt ? [.. _waiting] : _cutter.Rest.Samples.ToArray();
                _waiting.Clear();
                _isLookedAt = true;
                seconds = (double)_cutter.Length / AudioFile.SampleRate;
                level = Level(_cutter.Rest.Samples);
            }

            _listener.Push(samples);
            return (seconds, level);
        }

        /// <summary>Of the last tenth of a second, dB of full scale.</summary>
        private static double? Level(ReadOnlySpan<float> samples) =>
            SoundLevel.Of(samples[Math.Max(0, samples.Length - (int)(LevelSeconds * AudioFile.SampleRate))..]);
    }
}
