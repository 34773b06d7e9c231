"""Prints what bench/run load measured: FOLDER with speaker.N.json and peers.N.json of each round, and how many clients."""
import glob
import json
import sys


def best(side):
    rounds = [json.load(open(path)) for path in glob.glob(f"{sys.argv[1]}/{side}.*.json")]
    if any(each["failures"] for each in rounds):
        sys.exit(f"{side}: {[(each['failures'], each['firstFailure']) for each in rounds]}")
    return max(rounds, key=lambda each: each["perSecond"])


ours, theirs = best("speaker"), best("peers")
print(f"    {int(sys.argv[2]):3} clients: speaker {ours['perSecond']:.0f}/s, p50 {1e3 * ours['p50']:.1f} ms, "
      f"p99 {1e3 * ours['p99']:.1f} ms; the peer {theirs['perSecond']:.0f}/s, p50 {1e3 * theirs['p50']:.1f} ms, "
      f"p99 {1e3 * theirs['p99']:.1f} ms; ratio {ours['perSecond'] / theirs['perSecond']:.2f} (3 or more is the aim)")
