"""A forward pass as arithmetic to read, and a check of answers worked out by hand."""
