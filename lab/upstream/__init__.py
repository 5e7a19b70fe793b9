"""Scripts for reports to others, each runs alone: it needs TensorFlow and nothing of lowprec."""
