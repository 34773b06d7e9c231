"""Draws the voiceprints that bench/run searches: nobody has a million real ones.

They come from a normal distribution with the mean and the covariance of the real voiceprints in a model's cohort, so that
they crowd as real ones do. A recording is a voiceprint of the gallery with noise, to a cosine of about 0.7, and each fourth
one is of a voice that is not in it.
"""
import argparse
import json

import numpy

parser = argparse.ArgumentParser()
parser.add_argument("--cohort", required=True)
parser.add_argument("--folder", required=True)
parser.add_argument("--speakers", type=int, required=True)
parser.add_argument("--queries", type=int, required=True)
arguments = parser.parse_args()
LIKENESS, STRANGER_EACH, AT_A_TIME = 0.7, 4, 10_000


def unit(rows):
    return rows / numpy.linalg.norm(rows, axis=1, keepdims=True)


with open(arguments.cohort, "rb") as file:
    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    (tensor,) = (value for name, value in header.items() if name != "__metadata__")
    voices = numpy.frombuffer(file.read(), numpy.float16).reshape(tensor["shape"])
voices = unit(voices.astype(numpy.float32))
mean = voices.mean(axis=0)
# Normal weights on the deviations of the real ones give their covariance.
mixture = (voices - mean) / numpy.float32(len(voices) ** 0.5)
random = numpy.random.default_rng(1)


def draw(count):
    return unit(mean + random.standard_normal((count, len(voices)), numpy.float32) @ mixture).astype(numpy.float32)


kept = []
each = arguments.speakers // arguments.queries
with open(f"{arguments.folder}/gallery.f32", "wb") as file:
    for first in range(0, arguments.speakers, AT_A_TIME):
        rows = draw(min(AT_A_TIME, arguments.speakers - first))
        file.write(rows.tobytes())
        kept.append(rows[-first % each :: each])
heard = numpy.concatenate(kept)[: arguments.queries].copy()
noise = (LIKENESS**-2 - 1) ** 0.5 / heard.shape[1] ** 0.5
heard += numpy.float32(noise) * random.standard_normal(heard.shape, numpy.float32)
heard[::STRANGER_EACH] = draw(len(heard[::STRANGER_EACH]))
with open(f"{arguments.folder}/queries.f32", "wb") as file:
    file.write(unit(heard).astype(numpy.float32).tobytes())
