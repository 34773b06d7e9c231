"""The front end of src/Audio in NumPy: samples to the MFCC of the speech frames, as the model card specifies."""
import math

import numpy as np

SMALLEST_POWER = 1e-12


def frames_of(samples, length, hop):
    return np.lib.stride_tricks.sliding_window_view(samples, length)[::hop]


def high_pass(samples, frequency, rate):
    """y[n] = a (y[n-1] + x[n] - x[n-1]) from rest, as a convolution with its impulse response cut where it is nothing."""
    a = 1 / (1 + 2 * math.pi * frequency / rate)
    steps = np.diff(samples, prepend=samples[:1])
    taps = a ** np.arange(1, min(len(samples), int(math.log(1e-9) / math.log(a))) + 1)
    size = 1 << (len(samples) + len(taps) - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(steps, size) * np.fft.rfft(taps, size), size)[: len(samples)]


def periodicity(samples, starts, rate):
    """Largest normalised cross-correlation of each stretch with itself a pitch period (60 to 400 Hz) later."""
    factor = max(1, rate // 4000)
    sound = samples[: len(samples) // factor * factor].reshape(-1, factor).sum(1)
    rate = rate / factor
    window, shortest, longest = int(0.032 * rate), int(rate / 400), int(rate / 60)
    if len(sound) < window + longest:
        raise ValueError("this peer needs a longer recording")
    starts = np.clip(starts // factor, 0, len(sound) - window - longest)
    windows = np.lib.stride_tricks.sliding_window_view(sound, window)
    energies = np.concatenate([[0], np.cumsum(sound * sound)])
    energies = energies[window:] - energies[:-window]
    lagged = starts[:, None] + np.arange(shortest, longest + 1)
    products = np.einsum("fw,flw->fl", windows[starts], windows[lagged])
    scales = np.sqrt(energies[starts][:, None] * np.maximum(energies[lagged], 0) + 1e-20)
    return np.maximum(products / scales, 0).max(1)


def detect_speech(samples, front_end):
    """A decision for every frame, and the level of each frame in dBFS."""
    s = front_end["speechDetector"]
    rate, length, hop = front_end["sampleRate"], front_end["frameLength"], front_end["hopLength"]
    filtered = high_pass(samples.astype(np.float64), s["highPassFrequency"], rate)
    power = (frames_of(filtered, length, hop) ** 2).mean(1)
    levels = 10 * np.log10(power + SMALLEST_POWER)
    ordered = np.sort(levels)
    noise = ordered[int(s["noisePercentile"] * (len(levels) - 1))]
    voice = ordered[int(s["speechPercentile"] * (len(levels) - 1))]
    bound = max(s["absoluteFloor"], voice - s["speechRange"])
    if voice - noise >= s["steadyRange"]:
        bound = max(bound, noise + min(s["noiseShare"] * (voice - noise), s["noiseMargin"]))
    speech = levels > bound
    loud = np.flatnonzero(speech)
    if len(loud) == 0:
        return speech, levels
    voiced = periodicity(filtered, loud * hop, rate) >= s["voicingThreshold"]
    if voiced.mean() < s["minimumVoicedShare"]:
        return np.zeros_like(speech), levels

    edges = np.flatnonzero(np.diff(np.concatenate([[0], speech.astype(np.int8), [0]])))
    for start, end in zip(edges[::2], edges[1::2]):
        if end - start < round(s["minimumStretchSeconds"] * rate / hop):
            speech[start:end] = False
    hangover = round(s["hangoverSeconds"] * rate / hop)
    return np.convolve(speech, np.ones(2 * hangover + 1))[hangover:-hangover] > 0.5, levels


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


def cepstra(samples, keep, front_end):
    """MFCC of the frames to keep, [frames, coefficients]."""
    if front_end["window"] != "hamming" or front_end.get("lifterSize", 0) != 0:
        raise ValueError("this peer knows the Hamming window without a lifter")
    length = front_end["frameLength"]
    emphasised = samples.copy()
    emphasised[1:] -= np.float32(front_end["preEmphasis"]) * samples[:-1]
    window = 0.54 - 0.46 * np.cos(2 * math.pi * np.arange(length) / (length - 1))
    frames = frames_of(emphasised, length, front_end["hopLength"])[keep] * window
    power = np.abs(np.fft.rfft(frames, front_end["fftSize"])) ** 2
    bands = np.log(np.maximum(power @ mel_filters(front_end).T, front_end["logFloor"]))
    return bands @ cosine_transform(front_end["melBands"], front_end["cepstra"]).T


def features_of(samples, front_end):
    """Normalised features of the speech frames, [coefficients, frames] float32, and the seconds of speech."""
    speech, levels = detect_speech(samples, front_end)
    if not speech.any():
        raise ValueError("no speech")
    seconds = speech_samples(speech, len(samples), front_end) / front_end["sampleRate"]
    if front_end.get("speechLevel") is not None:
        level = 10 * np.log10(np.mean(10 ** (levels[speech] / 10)))
        samples = samples * np.float32(10 ** ((front_end["speechLevel"] - level) / 20))
    features = cepstra(samples, speech, front_end)
    if front_end["normalisation"] in ("mean", "meanAndVariance", "Mean", "MeanAndVariance"):
        features -= features.mean(0)
    if front_end["normalisation"] in ("meanAndVariance", "MeanAndVariance"):
        features /= np.sqrt(np.maximum((features ** 2).mean(0), 1e-10))
    return np.ascontiguousarray(features.T, dtype=np.float32), seconds
