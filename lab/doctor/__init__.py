"""The laboratory of the doctor: trainings whose cause is known, and what it says of them."""
