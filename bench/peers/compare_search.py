"""Prints what bench/run search measured: FOLDER with speaker.N.json and peers.N.json of each round."""
import glob
import json
import statistics
import sys


def rounds(side):
    return [json.load(open(path)) for path in sorted(glob.glob(f"{sys.argv[1]}/{side}.*.json"))]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


ours, theirs = rounds("speaker"), rounds("peers")
expected = theirs[0]["faiss"]["Nearest"]


def least(measured, name):
    return min(statistics.median(each[name]["Milliseconds"]) for each in measured)


faiss = least(theirs, "faiss")
print(f"    FAISS {faiss:.3f} ms, NumPy with OpenBLAS {least(theirs, 'numpy'):.3f} ms")
for name, aim in (("float32", 1.0), ("bytes", 3.0)):
    best = min(ours, key=lambda each: statistics.median(each[name]["Milliseconds"]))[name]
    recall = sum(a == b for a, b in zip(best["Nearest"], expected, strict=True)) / len(expected)
    print(f"    {name}: p50 {percentile(best['Milliseconds'], 0.5):.3f} ms, p99 {percentile(best['Milliseconds'], 0.99):.3f} ms, "
          f"FAISS / Speaker {faiss / least(ours, name):.2f} ({aim} or more is the aim), recall@1 {recall:.4f}, "
          f"{best['BytesOfVoiceprint']:.0f} bytes a voiceprint")
