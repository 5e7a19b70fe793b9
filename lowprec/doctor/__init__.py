"""The doctor: a training apart from any timing, with instruments, beside its twin in float64."""
