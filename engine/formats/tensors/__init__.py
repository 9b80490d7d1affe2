"""Networks as named tensors: which are weights and biases, and in which order the layers follow."""
