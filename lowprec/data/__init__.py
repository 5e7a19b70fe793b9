"""Where data comes from, and the form that `fit` takes."""
