"""The peers of the search for a voice: FAISS's flat index, and NumPy's product with the largest taken, one thread each."""
import argparse
import json
import time

import faiss
import numpy

parser = argparse.ArgumentParser()
parser.add_argument("--folder", required=True)
parser.add_argument("--queries", type=int, required=True)
arguments, _ = parser.parse_known_args()
TOP = 3

faiss.omp_set_num_threads(1)
queries = numpy.fromfile(f"{arguments.folder}/queries.f32", numpy.float32).reshape(arguments.queries, -1)
gallery = numpy.fromfile(f"{arguments.folder}/gallery.f32", numpy.float32).reshape(-1, queries.shape[1])


def with_faiss(index):
    return lambda query: index.search(query[None], TOP)[1][0][0]


def with_numpy(query):
    products = gallery @ query
    return numpy.argmax(products)


def measure(search):
    milliseconds, nearest = [], []
    for warming in (True, False):
        for query in queries:
            start = time.thread_time()
            found = search(query)
            if not warming:
                milliseconds.append(1e3 * (time.thread_time() - start))
                nearest.append(int(found))
    return {"Milliseconds": milliseconds, "Nearest": nearest}


flat = faiss.IndexFlatIP(queries.shape[1])
flat.add(gallery)
results = {"faiss": measure(with_faiss(flat))}
del flat
results["numpy"] = measure(with_numpy)
print(json.dumps(results))
