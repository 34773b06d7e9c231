"""Time of torchaudio's Kaldi MFCC a frame, with the sound and options of bench/FeatureSpeed.cs: one line of JSON."""
import argparse
import json
import time

import torch
from torchaudio.compliance import kaldi

from noise import noise

RATE = 16000


def fastest_pass(run, duration):
    """Result of the last of the passes that fit into so many seconds, and the processor's seconds for the fastest."""
    fastest = float("inf")
    end = time.perf_counter() + duration
    while time.perf_counter() < end:
        start = time.process_time()
        features = run()
        fastest = min(fastest, time.process_time() - start)
    return features, fastest


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--warm-up", type=float, required=True)
    parser.add_argument("--timed", type=float, required=True)
    parser.add_argument("--features", required=True)
    given = parser.parse_args()

    torch.set_num_threads(1)
    waveform = torch.from_numpy(noise(given.seconds * RATE))[None]
    measured = {}
    for size in given.sizes.split(","):
        cepstra, bands = map(int, size.split("x"))

        def run():
            # The front end's values; of the conventions only the pre-emphasis of a frame's first sample stays apart.
            return kaldi.mfcc(
                waveform, num_ceps=cepstra, num_mel_bins=bands, low_freq=20, high_freq=7600, window_type="hamming",
                preemphasis_coefficient=0.97, cepstral_lifter=0, remove_dc_offset=False, dither=0)

        with torch.inference_mode():
            fastest_pass(run, given.warm_up)
            features, seconds = fastest_pass(run, given.timed)
        features.numpy().tofile(f"{given.features}/{size}")
        measured[size] = {"microseconds": seconds * 1e6 / len(features)}
    print(json.dumps(measured))


main()
