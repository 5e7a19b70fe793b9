"""What a training shows, and what follows from it: observations, signs, rules. Pure."""
