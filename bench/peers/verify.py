"""`speaker verify NAME FILE --json` with PyTorch and NumPy: the same card, weights and store; 16-bit mono WAV."""
import sys

import torch

import encoder
import front_end
import trial


def main():
    a = trial.arguments().parse_args()
    card, network = encoder.load(a.model)
    samples = trial.read_wave(a.file, card["frontEnd"]["sampleRate"])
    features, seconds = front_end.features_of(samples, card["frontEnd"])
    with torch.no_grad():
        embedding = network(torch.from_numpy(features.T)[None])[0].numpy()
    return trial.answer(a, card, embedding, seconds)


if __name__ == "__main__":
    sys.exit(main())
