"""The Curve view."""
