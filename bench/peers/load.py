"""Verifications through HTTP by so many clients at a time: each sends the next recording when it has its answer.

Prints JSON: verifications a second, and the seconds of each answer at 50 and 99 %. Clients are threads of this process with
a connection each, which is kept; 3 s of sound is 96 kB, so they take little of the time that they measure.
"""
import argparse
import http.client
import json
import threading
import time
import urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("--url", required=True, help="of the service")
parser.add_argument("--path", required=True, help="what is posted to; {} becomes a speaker's name")
parser.add_argument("--speakers", required=True, help="names, with commas between them")
parser.add_argument("--recording", required=True)
parser.add_argument("--clients", type=int, required=True)
parser.add_argument("--seconds", type=float, default=1e9)
parser.add_argument("--count", type=int, default=10**9, help="verifications, if fewer than in those seconds")
parser.add_argument("--pid", type=int, help="of the service: its resident memory is looked at")
parser.add_argument("--sample", type=int, default=10_000, help="verifications between two looks")
arguments = parser.parse_args()

with open(arguments.recording, "rb") as file:
    recording = file.read()
address = urllib.parse.urlsplit(arguments.url)
speakers = arguments.speakers.split(",")
lock = threading.Lock()
times, failures, begun = [], [], 0
resident = []


def megabytes():
    with open(f"/proc/{arguments.pid}/status") as status:
        return next(int(line.split()[1]) / 1e3 for line in status if line.startswith("VmRSS"))


def client():
    global begun
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=120)
    while True:
        with lock:
            if begun >= arguments.count or time.monotonic() > end:
                return
            begun += 1
            speaker = speakers[begun % len(speakers)]
            if arguments.pid and begun % arguments.sample == 0:
                resident.append(megabytes())
        start = time.perf_counter()
        try:
            connection.request("POST", arguments.path.replace("{}", speaker), recording, {"Content-Type": "audio/wav"})
            answer = connection.getresponse()
            body = answer.read()
            failure = None if answer.status == 200 and b'"decision"' in body else f"{answer.status} {body[:200]!r}"
        except OSError as error:
            failure = repr(error)
            connection.close()
        elapsed = time.perf_counter() - start
        with lock:
            if failure:
                failures.append(failure)
            else:
                times.append(elapsed)


start = time.monotonic()
end = start + arguments.seconds
threads = [threading.Thread(target=client) for _ in range(arguments.clients)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds = time.monotonic() - start
ordered = sorted(times) or [float("nan")]
print(json.dumps({
    "perSecond": len(times) / seconds, "p50": ordered[len(ordered) // 2], "p99": ordered[int(len(ordered) * 0.99)],
    "verifications": len(times), "failures": len(failures), "firstFailure": (failures or [None])[0],
    "residentMegabytes": resident}))
