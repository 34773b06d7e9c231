"""Table of what bench/run measured of MFCC: medians over the rounds, and of the ratios within a round.

FOLDER has speaker.json and torchaudio.json, a line a round, and SIDE/SIZE, the features as float32; NWaves is measured
in the process of speaker. Fails where the sides do not compute the same.
"""
import json
import pathlib
import statistics
import sys

import numpy as np

AIMS = {"nwaves": 30, "torchaudio": 1.5}
# torchaudio pre-emphasises a frame's first sample with itself, the others with the sample before.
BOUNDS = {"torchaudio": 0.05, "nwaves": 1e-4}


def rounds_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def main():
    folder = pathlib.Path(sys.argv[1])
    both = rounds_of(folder / "speaker.json")
    ours = [one["speaker"] for one in both]
    peers = {"nwaves": [one["nwaves"] for one in both], "torchaudio": rounds_of(folder / "torchaudio.json")}
    print(f"    {'size':<8}{'speaker':>12}{'bytes/frame':>14}" + "".join(f"{name:>14}{'ratio':>9}" for name in peers))
    for size in ours[0]:
        times = [one[size]["microseconds"] for one in ours]
        line = f"    {size:<8}{statistics.median(times):12.3f}{max(one[size]['bytes'] for one in ours):14.1f}"
        for peer in peers.values():
            theirs = [one[size]["microseconds"] for one in peer]
            line += f"{statistics.median(theirs):14.3f}{statistics.median(b / a for a, b in zip(times, theirs)):9.1f}"
        print(line)

    for name in peers:
        largest = 0
        for size in ours[0]:
            here, there = (np.fromfile(folder / side / size, np.float32) for side in ("speaker", name))
            largest = max(largest, float(np.abs(here - there).max() / np.abs(there).max()))
        print(f"    {name}: aim: a ratio of {AIMS[name]} or more; features differ by {largest:.1e} of the largest")
        if not largest < BOUNDS[name]:
            sys.exit("the two sides do not compute the same thing")


main()
