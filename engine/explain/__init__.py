"""A forward pass as arithmetic to read, and answers worked out by hand checked against it."""
