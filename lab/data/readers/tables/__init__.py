"""Readers of tables: delimited text, spreadsheets and Parquet become a Table of columns."""
