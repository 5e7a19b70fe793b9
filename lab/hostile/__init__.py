"""What is done to lowprec on a hostile day, and what is counted of it.

Who is killed, a crowd on one storage, poor surroundings, mutated histories.
"""
