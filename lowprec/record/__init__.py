"""What came of a training and the form in which it is stored; the table of verdict words."""
