"""Small sessions that the tests of edits change."""

import numpy as np

from engine import Layer, Network, Session

NETWORK = Network(
    [
        Layer([[1, 2], [3, 4], [5, 6]], [0.1, 0.2, 0.3], "relu", "hidden"),
        Layer([[1, -1, 0.5]], [-0.2], "sigmoid", "output"),
    ]
)
SESSION = Session(
    NETWORK,
    np.array([[1, 2], [3, 4]]),
    np.array([[1], [0]]),
    title="two layers",
    features=("age", "height"),
    classes=("ham", "spam"),
)
TWO_OUTPUTS = Session(
    Network([Layer([[1, 2], [3, 4]], [0, 1], "softmax")]),
    np.array([[1, 2]]),
    np.array([[1, 0]]),
    classes=("cat", "dog"),
    task="multiclass",
)
EMPTY = Session(NETWORK)
