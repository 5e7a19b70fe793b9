"""The laboratory of hostile days."""
