"""What the stored histories of the tests are made of."""

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99, 2.0)
"""Seconds of quiet sessions."""

SLOWER_SAID = (
    "NN-I half: slower; 1.50 times the 2.00 s of 6 earlier sessions; "
    "alone usually seen from 1.05 times"
)
SLOWER_LINE = f"{SLOWER_SAID}; last good in 0006"
"""What is said of `half` where it takes half as long again after six quiet sessions."""
