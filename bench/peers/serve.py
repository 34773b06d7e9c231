"""What a Python service does with the same model: POST a 16-bit mono WAV to /verify/NAME, answered as `speaker verify`.

The network runs in PyTorch (`fast`) or in ONNX Runtime (`--graph`), loaded once; the voiceprint is read from the same store
for each request. One thread a connection, as http.server does it: PyTorch, ONNX Runtime and NumPy let other threads run
while they compute. The cohort and the threshold of the trial are left out, so this does less.
"""
import argparse
import contextlib
import http.server
import io
import json

import numpy as np

import front_end
import trial

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--store", required=True)
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--graph", help="an ONNX file; without it the network of the model runs in PyTorch")
parser.add_argument("--library", help="libonnxruntime.so")
arguments = parser.parse_args()

if arguments.graph:
    import onnx_runtime

    with open(arguments.model[: -len(".safetensors")] + ".json", encoding="utf-8") as card_file:
        card = json.load(card_file)
    session = onnx_runtime.Session(arguments.library, arguments.graph, threads=1)

    def embed(samples):
        bands, seconds = front_end.features_of(samples, card["frontEnd"], front_end.log_bands)
        inputs = [bands[None], np.ones((1, len(bands)), dtype=np.float32)]
        return session.run(inputs[: session.inputs]), seconds
else:
    import torch

    import encoder

    torch.set_num_threads(1)
    card, network = encoder.load(arguments.model)

    def embed(samples):
        features, seconds = front_end.features_of(samples, card["frontEnd"])
        with torch.no_grad():
            return network(torch.from_numpy(features.T)[None])[0].numpy(), seconds


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        samples = trial.read_wave(io.BytesIO(body), card["frontEnd"]["sampleRate"])
        embedding, seconds = embed(samples)
        asked = argparse.Namespace(name=self.path.rsplit("/", 1)[1], store=arguments.store, target_far=0.01, embedding=False)
        answer = json.dumps(trial.result(asked, card, embedding, seconds)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256


with contextlib.suppress(KeyboardInterrupt):
    Server(("127.0.0.1", arguments.port), Handler).serve_forever()
