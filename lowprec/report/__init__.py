"""Tables and figures: the only place that rounds and formats."""
