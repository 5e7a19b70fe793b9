"""What the NVIDIA driver tells of its GPUs, without TensorFlow."""

from __future__ import annotations

import subprocess

__all__ = ["nvidia_smi"]

TIMEOUT_S = 60
"""A driver that wakes up its GPUs takes its time."""


def nvidia_smi(field: str) -> list[str]:
    """Return a field of every GPU, as `nvidia-smi --query-gpu` calls it; empty without a driver."""
    try:
        answer = subprocess.run(
            ["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in answer.stdout.splitlines() if line.strip()]
