"""The Diagram view."""
