"""The Picture view."""
