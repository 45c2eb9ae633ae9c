"""The sweep program through what happens on a cluster: a worker dies, the sweep is interrupted, and it goes on."""

import csv
import os
import signal
import subprocess
import sys
import tempfile
import time

import psutil

SECONDS = 240


def workers(pid):
    """The processes that run trials, among the descendants of the program."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        try:
            if process.cmdline()[0].startswith("ray::") and "train" in process.cmdline()[0].lower():
                found.append(process)
        except (psutil.Error, IndexError):
            pass
    return found


def wait_for(condition, program, what, check):
    start = time.monotonic()
    while not condition():
        check(program.poll() is None, f"the sweep ended before {what}")
        check(time.monotonic() - start < SECONDS, f"no {what} within {SECONDS} s")
        time.sleep(0.02)


def check_sweep(script, table, check):
    """Runs the program three times; returns what is worth keeping. `check` fails with a message."""
    with tempfile.TemporaryDirectory() as storage:
        printed = open(os.path.join(storage, "printed.txt"), "w+")
        command = [sys.executable, str(script), "--storage", storage, "--out", str(table)]

        def start():
            return subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT, start_new_session=True)

        def n_done():
            folder = os.path.join(storage, "sweep")
            results = [os.path.join(d, f) for d, _, names in os.walk(folder) for f in names if f == "result.json"]
            return sum(os.path.getsize(path) > 0 for path in results)

        def text():
            printed.flush()
            with open(printed.name) as file:
                return file.read()

        # A worker dies.
        program = start()
        wait_for(lambda: workers(program.pid), program, "worker", check)
        workers(program.pid)[0].kill()
        # The sweep is interrupted.
        wait_for(lambda: n_done() >= 5, program, "five results", check)
        n_before = n_done()
        program.send_signal(signal.SIGINT)
        try:
            program.wait(SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
        first = text()
        check("died" in first.lower() or "failure" in first.lower(), f"the lost worker was not noticed:\n{first}")
        # It goes on.
        program = start()
        check(program.wait(SECONDS) == 0, f"the sweep failed:\n{text()}")
        second = text()[len(first) :]
        with open(table) as file:
            rows = list(csv.DictReader(file.readlines()[1:]))
        n_cells = 7 * 5
        check(len(rows) == n_cells, f"{len(rows)} rows instead of {n_cells}")
        check(f"{n_cells} runs" in second and ", 0 failed" in second, second)
        check("Restored" in second or "estor" in second, f"nothing was restored:\n{second}")
        printed.close()
    return [
        f"ray_sweep.py: one worker killed, interrupted after {n_before} of {n_cells} trials, went on to {len(rows)} rows"
    ] + [f"ray_sweep.py: {line}" for line in second.splitlines() if line.startswith("B ")]
