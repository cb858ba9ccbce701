"""What a session keeps beside its network: history, evaluation, early stopping, diagnostics, BLAS threads."""
