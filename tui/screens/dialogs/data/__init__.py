"""The dialog that chooses training data."""
