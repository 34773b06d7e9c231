"""The front end of src/Audio in NumPy: samples to the features of the speech frames, as the model card specifies."""
import math
import pathlib

import numpy as np

SMALLEST_POWER = 1e-12
HIGH_PASS = 80
LISTENING_PEAK = 0.25
SPEECH_BANDS, SPEECH_CEPSTRA = 64, 40
NETWORK = pathlib.Path(__file__).parents[2] / "src" / "Audio" / "SpeechDetection" / "speech.network"


def frames_of(samples, length, hop):
    return np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]


def high_pass(samples, frequency, rate):
    """y[n] = a (y[n-1] + x[n] - x[n-1]) from rest, as a convolution with its impulse response cut where it is nothing."""
    a = 1 / (1 + 2 * math.pi * frequency / rate)
    steps = np.diff(samples, prepend=samples[:1])
    taps = a ** np.arange(1, min(len(samples), int(math.log(1e-9) / math.log(a))) + 1)
    size = 1 << (len(samples) + len(taps) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(steps, size) * np.fft.rfft(taps, size), size)[: len(samples)]


def read_network(path):
    """Means, scales and layers (weights [outputs, taps, inputs], biases, dilation, ahead) of src/Audio's speech.network."""
    data = path.read_bytes()
    place = 4

    def take(kind, count):
        nonlocal place
        values = np.frombuffer(data, dtype=kind, count=count, offset=place)
        place += 4 * count
        return values

    means, scales = take("<f4", SPEECH_CEPSTRA), take("<f4", SPEECH_CEPSTRA)
    layers = []
    for _ in range(int(take("<i4", 1)[0])):
        inputs, outputs, taps, dilation, ahead = (int(size) for size in take("<i4", 5))
        weights = take("<f4", outputs * taps * inputs).reshape(outputs, taps, inputs)
        layers.append((weights, take("<f4", outputs), dilation, ahead))
    return means, scales, layers


def speech_probabilities(samples, front_end):
    """The probability of speech of every frame: cepstra, the level relative to a held peak, then the network."""
    rate, hop = front_end["sampleRate"], front_end["hopLength"]
    own = dict(
        front_end, melBands=SPEECH_BANDS, cepstra=SPEECH_CEPSTRA, lowFrequency=60, highFrequency=0.475 * rate,
        preEmphasis=0.97, logFloor=1e-9, kaldiFrames=False)
    samples = samples * np.float32(LISTENING_PEAK / max(1e-4, np.abs(samples).max()))
    frames = cepstra(samples, slice(None), own)
    falling = np.arange(len(frames)) * 3 * math.log(10) / 10 * math.sqrt(SPEECH_BANDS) * hop / rate
    frames[:, 0] -= np.maximum.accumulate(frames[:, 0] + falling) - falling
    means, scales, layers = read_network(NETWORK)
    x = (frames - means) * scales
    for number, (weights, biases, dilation, ahead) in enumerate(layers):
        taps, before = weights.shape[1], (weights.shape[1] - 1) * dilation - ahead
        padded = np.pad(x, ((before, ahead), (0, 0)))
        x = biases + sum(padded[tap * dilation:][: len(x)] @ weights[:, tap].T for tap in range(taps))
        x = x if number == len(layers) - 1 else np.maximum(x, 0)
    return 1 / (1 + np.exp(-x[:, 0]))


def detect_speech(samples, front_end):
    """A decision for every frame, and the power of each frame."""
    s = front_end["speechDetector"]
    rate, length, hop = front_end["sampleRate"], front_end["frameLength"], front_end["hopLength"]
    probabilities = speech_probabilities(samples, front_end)
    stretch = round(s["stretchSeconds"] * rate / hop)
    confidence = np.convolve(probabilities, np.ones(stretch) / stretch)[: len(probabilities)].max()
    speech = (probabilities > s["frameThreshold"]) & (confidence >= s["soundThreshold"])
    filtered = high_pass(samples.astype(np.float64), HIGH_PASS, rate)
    return speech, (frames_of(filtered, length, hop) ** 2).mean(1) + SMALLEST_POWER


def speech_samples(speech, count, front_end):
    """Samples that lie in a speech frame; the last frame stands for what is left of the sound too."""
    starts = np.flatnonzero(speech) * front_end["hopLength"]
    ends = starts + front_end["frameLength"]
    if speech[-1]:
        ends[-1] = count
    edges = np.bincount(starts, minlength=count + 1) - np.bincount(ends, minlength=count + 1)
    return np.count_nonzero(np.cumsum(edges) > 0)


def mel_filters(front_end):
    """Triangles of equal width on the HTK mel scale, straight in mel: [bands, bins]."""
    def mel(frequency):
        return 1127 * np.log(1 + frequency / 700)
    bands, size = front_end["melBands"], front_end["fftSize"]
    low = mel(front_end["lowFrequency"])
    step = (mel(front_end["highFrequency"]) - low) / (bands + 1)
    centres = low + (np.arange(bands) + 1) * step
    bins = mel(np.arange(size // 2 + 1) * front_end["sampleRate"] / size)
    return np.maximum(0, 1 - np.abs(bins[None, :] - centres[:, None]) / step)


def cosine_transform(bands, coefficients):
    """Orthonormal DCT-II: [coefficients, bands]."""
    k = np.arange(coefficients)[:, None]
    scale = np.sqrt(np.where(k == 0, 1.0, 2.0) / bands)
    return scale * np.cos(math.pi * k * (2 * np.arange(bands)[None, :] + 1) / (2 * bands))


def log_bands(samples, keep, front_end):
    """Logarithms of the mel bands' power of the frames to keep, [frames, bands]."""
    if front_end["window"] != "hamming" or front_end.get("lifterSize", 0) != 0:
        raise ValueError("this peer knows the Hamming window without a lifter")
    length, hop = front_end["frameLength"], front_end["hopLength"]
    emphasis = np.float32(front_end["preEmphasis"])
    if front_end.get("kaldiFrames"):
        frames = frames_of(samples, length, hop)[keep]
        frames = frames - frames.mean(1, keepdims=True)
        frames = frames - emphasis * np.concatenate([frames[:, :1], frames[:, :-1]], 1)
    else:
        emphasised = samples.copy()
        emphasised[1:] -= emphasis * samples[:-1]
        frames = frames_of(emphasised, length, hop)[keep]
    window = 0.54 - 0.46 * np.cos(2 * math.pi * np.arange(length) / (length - 1))
    power = np.abs(np.fft.rfft(frames * window, front_end["fftSize"])) ** 2
    return np.log(np.maximum(power @ mel_filters(front_end).T, front_end["logFloor"]))


def cepstra(samples, keep, front_end):
    """MFCC of the frames to keep, [frames, coefficients]."""
    bands = log_bands(samples, keep, front_end)
    return bands @ cosine_transform(front_end["melBands"], front_end["cepstra"]).T


def with_margin(speech, front_end):
    """The frames of speech and those within the margin beside them."""
    margin = round(front_end.get("speechMargin", 0) * front_end["sampleRate"] / front_end["hopLength"])
    return np.convolve(speech, np.ones(2 * margin + 1))[margin:margin + len(speech)] > 0.5


def features_of(samples, front_end, compute=cepstra):
    """Normalised features of the speech frames, [frames, numbers], and the seconds of speech."""
    samples = samples - np.float32(samples.mean(dtype=np.float64))
    speech, powers = detect_speech(samples, front_end)
    if not speech.any():
        raise ValueError("no speech")
    seconds = speech_samples(speech, len(samples), front_end) / front_end["sampleRate"]
    if front_end.get("speechLevel") is not None:
        level = 10 * np.log10(np.mean(powers[speech]))
        samples = samples * np.float32(10 ** ((front_end["speechLevel"] - level) / 20))
    features = compute(samples, with_margin(speech, front_end), front_end)
    if front_end["normalisation"] in ("mean", "meanAndVariance", "Mean", "MeanAndVariance"):
        features -= features.mean(0)
    if front_end["normalisation"] in ("meanAndVariance", "MeanAndVariance"):
        features /= np.sqrt(np.maximum((features ** 2).mean(0), 1e-10))
    return np.ascontiguousarray(features, dtype=np.float32), seconds
