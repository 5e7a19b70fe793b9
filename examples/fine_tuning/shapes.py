"""Images of 16 x 16 pixels: stripes to learn from first, then figures."""

import numpy as np

SIZE = 16


def _noisy(pictures, random):
    noise = random.normal(0, 0.3, (len(pictures), SIZE, SIZE, 1))
    return (np.asarray(pictures)[..., np.newaxis] + noise).astype("float32")


def stripes(count, seed):
    """Stripes in four directions, (count, 16, 16, 1), and which, (count,)."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 4, count)
    y, x = np.mgrid[:SIZE, :SIZE]
    phases = random.uniform(0, 2 * np.pi, count)
    pictures = [
        np.sin(np.cos(a) * x + np.sin(a) * y + phase)
        for a, phase in zip(labels * np.pi / 4, phases, strict=True)
    ]
    return _noisy(pictures, random), labels


def figures(count, seed):
    """A ring, a square or a cross somewhere, (count, 16, 16, 1), and which, (count,)."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, count)
    y, x = np.mgrid[:SIZE, :SIZE]
    pictures = []
    for label, (top, left) in zip(labels, random.uniform(5, 10, (count, 2)), strict=True):
        dy, dx = abs(y - top), abs(x - left)
        distance = (np.hypot(dy, dx), np.maximum(dy, dx))[label] if label < 2 else None
        drawn = abs(distance - 4) < 1 if label < 2 else (np.minimum(dy, dx) < 1) & (dy + dx < 6)
        pictures.append(drawn.astype(float))
    return _noisy(pictures, random), labels
