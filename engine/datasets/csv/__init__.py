"""The user's own data from a CSV file."""

from engine.datasets.csv.dialect import MAX_BYTES
from engine.datasets.csv.reader import parse_csv, read_csv

__all__ = ["MAX_BYTES", "parse_csv", "read_csv"]
