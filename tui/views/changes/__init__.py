"""The What changed view."""
