"""Choices as rows in frozen tables: models, schemes, protocols, the paper's results, the matrix."""
