"""Runs a command and prints the milliseconds it took, its peak resident memory in MB and the processor's milliseconds;
its output goes to a file."""
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
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{elapsed * 1e3:.0f} {used.ru_maxrss / 1024:.0f} {(used.ru_utime + used.ru_stime) * 1e3:.0f}")
