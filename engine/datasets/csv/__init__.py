"""The user's own data from a CSV file."""

from engine.datasets.csv.reader import MAX_BYTES, parse_csv, read_csv

__all__ = ["MAX_BYTES", "parse_csv", "read_csv"]
