"""Benchmarks: each prints figures, a ratio and whether the bar holds."""
