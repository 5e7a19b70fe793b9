"""What is done to lowprec on a hostile day, and what is counted of it."""
