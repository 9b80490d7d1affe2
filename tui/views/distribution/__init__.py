"""The Distribution view."""
