"""Tables, figures, the page and exports: the only place that rounds and formats verdicts."""
