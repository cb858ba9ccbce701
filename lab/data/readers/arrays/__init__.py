"""Readers of arrays: NPY, NPZ, IDX and libsvm become Arrays, with their labels where there are some."""
