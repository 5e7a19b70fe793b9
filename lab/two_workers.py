"""Two local processes that train together, by tf.distribute.MultiWorkerMirroredStrategy.

    python -m lab.two_workers [--schemes single,mixed] [--kill]

Each scheme of NN-I is trained for an epoch of the quick protocol, whose batch the two share.
Printed is whether both ended, and whether their weights are the same to the last bit. With --kill
the second worker is killed after 20 steps: printed is how long the first one goes on, and how it
ends. Exits with 1 where the weights differ, or where a worker left alone had to be stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from lowprec.choices import DEFAULT_SEED, names_in
from lowprec.rows.schemes import SCHEMES

WORKERS = 2
STEPS_BEFORE_KILL = 20
LIMIT_S = 600.0
"""After which a worker counts as one that hangs."""


def work(scheme_name: str, folder: Path) -> None:
    """Train as the worker that TF_CONFIG names, and keep the weights in a file."""
    from lowprec import framework
    from lowprec.rows.models import MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.training.precision import precision
    from lowprec.training.task import paper_task

    index = json.loads(os.environ["TF_CONFIG"])["task"]["index"]
    tf, scheme = framework.import_tensorflow(), SCHEMES[scheme_name]
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    task = paper_task(MODELS["NN-I"], PROTOCOLS["quick"])

    class Steps(framework.keras_module().callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == STEPS_BEFORE_KILL:
                (folder / f"{index}.steps").touch()

    with precision(scheme, DEFAULT_SEED):
        with strategy.scope():
            net = task.build(scheme)
        data = task.load().train.fit_arguments(task.batch_size)
        history = net.fit(**data, epochs=1, verbose=0, callbacks=[Steps()])
        loss = history.history["loss"][0]
        np.savez(folder / f"{index}.npz", loss, *net.get_weights())


def started(scheme_name: str, folder: Path) -> list[subprocess.Popen[bytes]]:
    """Start the workers, each with its errors in a file."""
    workers = []
    addresses = [f"localhost:{port}" for port in _free_ports(WORKERS)]
    for index in range(WORKERS):
        config = {
            "cluster": {"worker": addresses},
            "task": {"type": "worker", "index": index},
        }
        with (folder / f"{index}.err").open("wb") as errors:
            workers.append(
                subprocess.Popen(
                    [sys.executable, "-m", "lab.two_workers", "--work", scheme_name, str(folder)],
                    env={
                        **os.environ,
                        "TF_CONFIG": json.dumps(config),
                        "CUDA_VISIBLE_DEVICES": "-1",
                    },
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                )
            )
    return workers


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("localhost", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def ended(worker: subprocess.Popen[bytes]) -> str:
    """Wait for a worker, and say how it ended and after how long; one that hangs is stopped."""
    began_s = time.monotonic()
    try:
        code = worker.wait(LIMIT_S)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
        return f"hangs, stopped after {LIMIT_S:.0f} s"
    return f"exit code {code} after {time.monotonic() - began_s:.0f} s"


def last_error(path: Path) -> str:
    """Return the last line that names an error, or the last line."""
    lines = path.read_text(errors="replace").splitlines() or ["no error"]
    named = [line for line in lines if "Error" in line] or lines
    return named[-1].strip()[:300]


def trained_together(scheme: str) -> bool:
    """Train a scheme; return whether both workers ended with the same weights."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        codes = [ended(worker) for worker in started(scheme, folder)]
        files = [folder / f"{index}.npz" for index in range(WORKERS)]
        if not all(file.exists() for file in files):
            errors = [last_error(folder / f"{index}.err") for index in range(WORKERS)]
            print(f"{scheme}: {codes}; {errors}")
            return False
        first, second = (list(np.load(file).values()) for file in files)
        same = all(a.tobytes() == b.tobytes() for a, b in zip(first, second, strict=True))
        finite = all(np.isfinite(a).all() for a in first)
        numbers = "finite" if finite else "not finite"
        alike = "the same to the last bit" if same else "not the same"
        print(f"{scheme}: loss {float(first[0]):.4f}, weights {numbers}, {alike} in both workers")
        return same


def one_killed(scheme: str) -> bool:
    """Kill the second worker in the middle; return whether the first one ends by itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = started(scheme, folder)
        until_s = time.monotonic() + LIMIT_S
        while not (folder / "1.steps").exists() and time.monotonic() < until_s:
            time.sleep(0.05)
        second.kill()
        second.wait()
        how = ended(first)
        print(f"{scheme}: second worker killed; first: {how}; {last_error(folder / '0.err')}")
        return "hangs" not in how


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemes", type=names_in(SCHEMES), default=("single", "mixed"))
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.work:
        work(chosen.work[0], Path(chosen.work[1]))
        return
    run = one_killed if chosen.kill else trained_together
    failed = [scheme for scheme in chosen.schemes if not run(scheme)]
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
