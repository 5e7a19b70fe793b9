"""Regression suite for low-precision training with TensorFlow/Keras."""
