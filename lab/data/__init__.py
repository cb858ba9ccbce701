"""Other people's files and generators, as datasets and batches."""
