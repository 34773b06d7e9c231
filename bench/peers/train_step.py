"""Training throughput of the network and loss of `speaker train` in PyTorch: prints one line of JSON.

It starts from the state that bench/TrainingStep.cs wrote and learns from the same batch, so its losses must be the same.
"""
import argparse
import copy
import json
import math
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from encoder import Encoder, fill, read_safetensors, unit_length
from noise import noise

SMALLEST_SQUARED_SINE = 1e-6


CLASSES_PER_CORPUS = 100


def semi_hard(distances, labels, margin):
    """FaceNet's semi-hard negative of every anchor-positive pair, with the fallback of SemiHardMiner."""
    same = labels[:, None] == labels[None, :]
    anchors, positives = torch.nonzero(same & ~torch.eye(len(labels), dtype=torch.bool), as_tuple=True)
    positive = distances[anchors, positives][:, None]
    candidates = distances[anchors]
    own = same[anchors]
    beyond, beyond_row = candidates.masked_fill(own | (candidates <= positive), math.inf).min(1)
    within, within_row = candidates.masked_fill(own | (candidates > positive), -math.inf).max(1)
    is_semi_hard = beyond < positive[:, 0] + margin
    negatives = torch.where(is_semi_hard | (within == -math.inf), beyond_row, within_row)
    return anchors, positives, negatives


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
    if groups is not None:
        logits = logits.masked_fill(groups.unsqueeze(0) != groups[labels].unsqueeze(1), -math.inf)
    return F.cross_entropy(logits, labels)


def main():
    parser = argparse.ArgumentParser()
    for name in ("speakers", "utterances", "frames", "classes", "warm-up", "steps", "threads"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--state", required=True)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)

    with open(a.state[: -len(".safetensors")] + ".json", encoding="utf-8") as file:
        options = json.load(file)
    if options["distance"] != "squared-euclidean":
        raise ValueError("this peer knows the squared Euclidean distance")
    specification = options["encoder"]
    with open(a.state, "rb") as file:
        state = read_safetensors(file.read())
    encoder = Encoder(specification)
    fill(encoder, {name[len("encoder."):]: x for name, x in state.items() if name.startswith("encoder.")})
    if a.bfloat16:
        encoder.train_in_bfloat16()
    average = copy.deepcopy(encoder).eval()
    encoder.train()
    weight = torch.nn.Parameter(state["softmax.weight"])
    groups = torch.arange(a.classes) // CLASSES_PER_CORPUS if options["softmaxWithinCorpus"] else None

    batch = a.speakers * a.utterances
    shape = (batch, a.frames, specification["coefficients"])
    features = np.ascontiguousarray(noise(shape[0] * shape[1] * shape[2]).reshape(shape).transpose(0, 2, 1))
    labels = np.arange(batch) // a.utterances
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in encoder.parameters() if p.dim() > 1], "weight_decay": options["weightDecay"]},
         {"params": [p for p in encoder.parameters() if p.dim() <= 1], "weight_decay": 0.0},
         {"params": [weight], "weight_decay": options["softmaxWeightDecay"]}], lr=options["learningRate"])
    averaged = [(x, y) for x, y in zip(encoder.state_dict().values(), average.state_dict().values())
                if x.is_floating_point()]
    sources, targets = [x for x, _ in averaged], [y for _, y in averaged]

    losses = []
    for step in range(a.warm_up + a.steps):
        if step == a.warm_up:
            start = time.perf_counter()
        x, y = torch.from_numpy(features), torch.from_numpy(labels)
        embeddings = encoder(x)
        loss = options["tripletWeight"] * triplet_loss(embeddings, y, options["tripletMargin"])
        loss = loss + options["softmaxWeight"] * softmax_loss(
            embeddings, y, weight, groups, options["angularMargin"], options["softmaxScale"])
        losses.append(loss.item())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), options["gradientNorm"])
        optimiser.step()
        with torch.no_grad():
            decay = min(options["averagingDecay"], (1.0 + step) / (10.0 + step))
            torch._foreach_mul_(targets, decay)
            torch._foreach_add_(targets, sources, alpha=1 - decay)
    seconds = time.perf_counter() - start
    json.dump({"utterancesPerSecond": a.steps * batch / seconds, "losses": losses}, sys.stdout)
    print()


main()
