"""What a pair must show: the table with its evidence, the verdict on a record, calibration."""
