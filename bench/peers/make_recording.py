"""Joins clips of one voice to a 16 kHz mono 16-bit WAV of a given length: what both sides of the comparison hear."""
import argparse
import wave

import numpy as np
import soundfile

RATE = 16000


def resampled(samples, rate):
    """By its spectrum: exact below the lower of both Nyquist frequencies, and needs no other library."""
    count = round(len(samples) * RATE / rate)
    spectrum = np.fft.rfft(samples)
    wanted = np.zeros(count // 2 + 1, dtype=complex)
    shared = min(len(spectrum), len(wanted))
    wanted[:shared] = spectrum[:shared]
    return np.fft.irfft(wanted, count) * count / len(samples)


parser = argparse.ArgumentParser()
parser.add_argument("output")
parser.add_argument("seconds", type=float)
parser.add_argument("clips", nargs="+")
a = parser.parse_args()
parts = []
for clip in a.clips:
    samples, rate = soundfile.read(clip, always_2d=True)
    parts.append(resampled(samples.mean(1), rate))
samples = np.concatenate(parts)[: round(a.seconds * RATE)]
if len(samples) < round(a.seconds * RATE):
    raise SystemExit(f"the clips are {len(samples) / RATE:.1f} s together, {a.seconds} s are needed")
with wave.open(a.output, "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(RATE)
    file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
