"""The rounds of a calibration: trained here or on a dask cluster, kept, and gathered by pair."""
