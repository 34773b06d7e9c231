"""`speaker embed FILE…` with PyTorch and NumPy: as many processes as there are cores, one thread each; 16-bit mono WAV."""
import argparse
import json
import multiprocessing
import sys

import torch

import encoder
import front_end
import trial


def start(model):
    global card, network
    torch.set_num_threads(1)
    card, network = encoder.load(model)


def embed(path):
    samples = trial.read_wave(path, card["frontEnd"]["sampleRate"])
    features, seconds = front_end.features_of(samples, card["frontEnd"])
    with torch.no_grad():
        embedding = network(torch.from_numpy(features.T)[None])[0].numpy()
    return {"file": path, "embedding": [float(x) for x in embedding], "speechSeconds": round(float(seconds), 3)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--model", required=True)
    a = parser.parse_args()
    with multiprocessing.get_context("fork").Pool(initializer=start, initargs=(a.model,)) as pool:
        for answer in pool.imap(embed, a.files, chunksize=8):
            json.dump(answer, sys.stdout)
            print()
