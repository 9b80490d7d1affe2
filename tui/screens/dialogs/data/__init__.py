"""The dialog in which one chooses what to learn from."""
