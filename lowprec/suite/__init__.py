"""The pytest side: options and fixtures, the hooks, the training of a pair, the summary."""
