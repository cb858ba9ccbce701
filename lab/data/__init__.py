"""Datasets: read from files, generated or painted, and made into batches."""
