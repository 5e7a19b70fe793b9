"""Hostile days: who is killed, a crowd on one storage, poor surroundings."""
