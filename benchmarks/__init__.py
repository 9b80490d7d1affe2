"""Benchmarks: each prints figures and whether they meet their bar."""
