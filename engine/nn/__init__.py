"""The textbook: activations, layers, networks, losses and backpropagation."""
