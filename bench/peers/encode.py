"""The encoder in PyTorch on the features of ../EncoderSpeed.cs: the least processor time of a call, by length."""
import argparse
import json
import time

import torch

import encoder
import noise


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--frames", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    card, network = encoder.load(f"{arguments.model}.safetensors")
    coefficients = card["encoder"]["coefficients"]
    results = {}
    with torch.inference_mode():
        for frames in map(int, arguments.frames.split(",")):
            features = torch.from_numpy(noise.noise(frames * coefficients)).reshape(1, frames, coefficients)
            features = features.transpose(1, 2).contiguous()
            fastest = float("inf")
            end = time.perf_counter() + arguments.seconds
            while time.perf_counter() < end:
                start = time.thread_time()
                network(features)
                fastest = min(fastest, time.thread_time() - start)
            results[frames] = fastest * 1e3
    print(json.dumps(results))


main()
