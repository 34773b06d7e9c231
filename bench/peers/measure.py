"""Runs a command and prints the milliseconds it took and its peak resident memory in MB; its output goes to a file."""
import resource
import subprocess
import sys
import time

with open(sys.argv[1], "wb") as output:
    start = time.perf_counter()
    code = subprocess.run(sys.argv[2:], stdout=output, stdin=subprocess.DEVNULL, check=False).returncode
    elapsed = time.perf_counter() - start
if code > 1:  # 1: rejected
    sys.exit(code)
print(f"{elapsed * 1e3:.0f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}")
