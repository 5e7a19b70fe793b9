"""The full data sets built with TensorFlow Datasets, from local files or by download."""
