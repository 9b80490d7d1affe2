"""The Which number matters view."""
