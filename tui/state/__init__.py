"""What the screen knows, as frozen values, and the pure functions that change it."""
