"""What the peers of `speaker verify` share: the recording, the voiceprint and the decision."""
import argparse
import json
import sqlite3
import sys
import wave

import numpy as np

MAXIMUM_SECONDS = 60


def read_wave(path, rate):
    with wave.open(path, "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (rate, 1, 2):
            raise ValueError(f"{path}: this peer reads 16-bit mono at {rate} Hz")
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    if len(samples) > MAXIMUM_SECONDS * rate:
        raise ValueError(f"{path}: this peer reads up to {MAXIMUM_SECONDS} s")
    return samples.astype(np.float32) / 32768


def voiceprint(store, name):
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT embedding FROM utterance JOIN speaker ON speaker.id = speaker_id WHERE name = ?", (name,)).fetchall()
    connection.close()
    if not rows:
        raise ValueError(f"unknown speaker {name}")
    embeddings = np.stack([np.frombuffer(blob, dtype="<f4") for (blob,) in rows])
    embeddings = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    centroid = embeddings.mean(0)
    return centroid / np.linalg.norm(centroid)


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("file")
    parser.add_argument("--model", required=True)
    parser.add_argument("--store", required=True)
    parser.add_argument("--target-far", type=float, default=0.01)
    parser.add_argument("--embedding", action="store_true", help="print the embedding too")
    return parser


def result(a, card, embedding, seconds):
    """The answer. The distance is 1 - cosine, held against the card's threshold: the cohort and the threshold of the trial,
    which `speaker` reckons with, are left out, so the peer does less."""
    threshold = max(p["threshold"] for p in card["calibration"] if p["targetFar"] <= a.target_far)
    distance = 1 - float(np.dot(voiceprint(a.store, a.name), embedding / np.linalg.norm(embedding)))
    return {
        "speaker": a.name, "decision": "accept" if distance <= threshold else "reject", "distance": distance,
        "threshold": threshold, "targetFar": a.target_far, "speechSeconds": round(float(seconds), 3)}


def answer(a, card, embedding, seconds):
    """Prints the answer and gives the exit code."""
    decided = result(a, card, embedding, seconds)
    if a.embedding:
        decided["embedding"] = [float(x) for x in embedding]
    json.dump(decided, sys.stdout)
    print()
    return 0 if decided["decision"] == "accept" else 1
