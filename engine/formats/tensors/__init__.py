"""Networks as named tensors: which are weights and biases, and in what order the layers come."""
