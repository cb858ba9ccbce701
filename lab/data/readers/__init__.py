"""Readers: a file or folder becomes a table or arrays. One format a file, and the process that reads apart."""
