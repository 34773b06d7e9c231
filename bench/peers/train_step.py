"""Training throughput of the network and loss of `speaker train` in PyTorch: prints one line of JSON.

The batch, the classes and the labels are the ones that bench/TrainingStep.cs makes; the first loss must be its first loss.
"""
import argparse
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from encoder import load, unit_length

SMALLEST_SQUARED_SINE = 1e-6


def noise(count, seed):
    """Uniform in -1 to 1; the same numbers on both sides."""
    x = np.sin((np.arange(count, dtype=np.float64) + 1) * 12.9898 + seed * 78.233) * 43758.5453
    return ((x - np.floor(x)) * 2 - 1).astype(np.float32)


def semi_hard(distances, labels, margin):
    """FaceNet's semi-hard negative of every anchor-positive pair, with the fallback of SemiHardMiner."""
    same = labels[:, None] == labels[None, :]
    anchors, positives = torch.nonzero(same & ~torch.eye(len(labels), dtype=torch.bool), as_tuple=True)
    positive = distances[anchors, positives][:, None]
    negative = distances[anchors].masked_fill(same[anchors], math.inf)
    beyond, beyond_row = negative.masked_fill(negative <= positive, math.inf).min(1)
    within, within_row = negative.masked_fill(negative > positive, -math.inf).max(1)
    is_semi_hard = beyond < positive[:, 0] + margin
    rows = torch.where(is_semi_hard | (within == -math.inf), beyond_row, within_row)
    return anchors, positives, rows


def triplet_loss(embeddings, labels, margin):
    with torch.no_grad():
        squares = (embeddings * embeddings).sum(1, keepdim=True)
        distances = (squares + squares.T - 2 * embeddings @ embeddings.T).clamp_min(0)
        anchors, positives, negatives = semi_hard(distances, labels, margin)
    anchor = embeddings[anchors]
    positive = ((anchor - embeddings[positives]) ** 2).sum(1)
    negative = ((anchor - embeddings[negatives]) ** 2).sum(1)
    return (positive - negative + margin).clamp_min(0).mean()


def softmax_loss(embeddings, labels, weight, groups, margin, scale):
    cosines = unit_length(embeddings) @ unit_length(weight).T
    column = labels.unsqueeze(1)
    cosine = cosines.gather(1, column)
    sine = (1 - cosine * cosine).clamp_min(SMALLEST_SQUARED_SINE).sqrt()
    widened = cosine * math.cos(margin) - sine * math.sin(margin)
    target = torch.where(cosine > -math.cos(margin), widened, cosine - margin * math.sin(margin))
    logits = cosines.scatter(1, column, target) * scale
    logits = logits.masked_fill(groups.unsqueeze(0) != groups[labels].unsqueeze(1), -math.inf)
    return F.cross_entropy(logits, labels)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--speakers", type=int, default=32)
    parser.add_argument("--utterances", type=int, default=4)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--classes", type=int, default=2400)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warm-up", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)

    _, encoder = load(a.model)
    encoder.train()
    if a.bfloat16:
        encoder.train_in_bfloat16()
    specification = json.load(open(a.model[: -len(".safetensors")] + ".json", encoding="utf-8"))["encoder"]
    batch = a.speakers * a.utterances
    coefficients, dimension = specification["coefficients"], specification["dimension"]
    features = torch.from_numpy(noise(batch * coefficients * a.frames, 1)).reshape(batch, coefficients, a.frames)
    labels = torch.arange(batch) // a.utterances
    weight = torch.nn.Parameter(torch.from_numpy(noise(a.classes * dimension, 2)).reshape(a.classes, dimension))
    groups = torch.arange(a.classes) // 100

    decayed = [p for p in encoder.parameters() if p.dim() > 1]
    plain = [p for p in encoder.parameters() if p.dim() <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0},
         {"params": [weight], "weight_decay": 1e-4}], lr=1e-4)

    first = None
    for step in range(a.warm_up + a.steps):
        if step == a.warm_up:
            start = time.perf_counter()
        embeddings = encoder(features)
        loss = triplet_loss(embeddings, labels, 0.3) + softmax_loss(embeddings, labels, weight, groups, 0.2, 30.0)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 5.0)
        optimiser.step()
        if first is None:
            first = loss.item()
        loss.item()
    seconds = time.perf_counter() - start
    json.dump({"utterancesPerSecond": a.steps * batch / seconds, "firstLoss": first}, sys.stdout)
    print()


main()
