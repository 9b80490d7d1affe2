"""The Confusion view."""
