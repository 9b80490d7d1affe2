"""The document: a network with its samples, names, settings, loss and predictions."""
