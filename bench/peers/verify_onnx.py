"""`speaker verify NAME FILE --json` with ONNX Runtime and NumPy, for a ResNet as a graph that takes log mel bands: the
same card and store, and the same weights where the graph is exported from the model; 16-bit mono WAV."""
import json
import sys

import numpy as np

import front_end
import onnx_runtime
import trial


def main():
    parser = trial.arguments()
    parser.add_argument("--graph", required=True, help="ONNX file: [1, T, bands], and weights [1, T] where it takes two")
    parser.add_argument("--library", required=True, help="libonnxruntime.so")
    a = parser.parse_args()
    with open(a.model[: -len(".safetensors")] + ".json", encoding="utf-8") as file:
        card = json.load(file)
    samples = trial.read_wave(a.file, card["frontEnd"]["sampleRate"])
    bands, seconds = front_end.features_of(samples, card["frontEnd"], front_end.log_bands)
    session = onnx_runtime.Session(a.library, a.graph)
    inputs = [bands[None], np.ones((1, len(bands)), dtype=np.float32)]
    embedding = session.run(inputs[: session.inputs])
    return trial.answer(a, card, embedding, seconds)


if __name__ == "__main__":
    sys.exit(main())
