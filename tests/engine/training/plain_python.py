"""Training written out in plain Python, number by number, to compare with."""

from __future__ import annotations

import math
from collections.abc import Sequence

from engine import Network
from engine.training import TrainingSettings

Rows = Sequence[Sequence[float]]


class PlainRun:
    """A network of tanh, sigmoid, relu and identity, under squared_error, without shuffling."""

    def __init__(self, network: Network, settings: TrainingSettings) -> None:
        self.weights = [layer.weights.tolist() for layer in network.layers]
        self.biases = [layer.bias.tolist() for layer in network.layers]
        self.activations = [layer.activation.name for layer in network.layers]
        self.settings = settings
        # One state a number: what it remembers, by its place.
        self.first: dict[tuple[int, ...], float] = {}
        self.second: dict[tuple[int, ...], float] = {}
        self.t = 0

    def step(self, inputs: Rows, targets: Rows) -> None:
        """Train on one batch."""
        n_layers = len(self.weights)
        weight_sums = [[[0.0] * len(row) for row in rows] for rows in self.weights]
        bias_sums = [[0.0] * len(bias) for bias in self.biases]
        for x, y in zip(inputs, targets, strict=True):
            activations = [list(x)]
            for index in range(n_layers):
                activations.append(self._layer(index, activations[-1]))
            error = [a - b for a, b in zip(activations[-1], y, strict=True)]
            for index in range(n_layers - 1, -1, -1):
                name = self.activations[index]
                delta = [
                    e * derivative(name, a)
                    for e, a in zip(error, activations[index + 1], strict=True)
                ]
                for i, d in enumerate(delta):
                    bias_sums[index][i] += d
                    for j, value in enumerate(activations[index]):
                        weight_sums[index][i][j] += d * value
                error = [
                    sum(d * row[j] for d, row in zip(delta, self.weights[index], strict=True))
                    for j in range(len(activations[index]))
                ]
        self.t += 1
        for index, rows in enumerate(self.weights):
            for i, row in enumerate(rows):
                for j, w in enumerate(row):
                    gradient = weight_sums[index][i][j] / len(inputs)
                    gradient += self.settings.l2 * w
                    if w:
                        gradient += self.settings.l1 * math.copysign(1.0, w)
                    row[j] = w - self._move((index, i, j), gradient)
                gradient = bias_sums[index][i] / len(inputs)
                self.biases[index][i] -= self._move((index, i), gradient)

    def _layer(self, index: int, inputs: list[float]) -> list[float]:
        return [
            out(
                self.activations[index],
                sum(w * x for w, x in zip(row, inputs, strict=True)) + bias,
            )
            for row, bias in zip(self.weights[index], self.biases[index], strict=True)
        ]

    def _move(self, place: tuple[int, ...], g: float) -> float:
        """By how much the number at a place is reduced."""
        rate = float(self.settings.learning_rate)
        first, second = self.first.get(place, 0.0), self.second.get(place, 0.0)
        match self.settings.optimizer:
            case "sgd":
                return rate * g
            case "momentum":
                # The first velocity is the gradient itself.
                first = g if place not in self.first else self.settings.momentum * first + g
                self.first[place] = first
                return rate * first
            case "rmsprop":
                self.second[place] = second = 0.99 * second + 0.01 * g * g
                return rate * g / (math.sqrt(second) + 1e-8)
            case "adam":
                self.first[place] = first = 0.9 * first + 0.1 * g
                self.second[place] = second = 0.999 * second + 0.001 * g * g
                mean, squares = first / (1 - 0.9**self.t), second / (1 - 0.999**self.t)
                return rate * mean / (math.sqrt(squares) + 1e-8)
        raise AssertionError(self.settings.optimizer)


def out(name: str, z: float) -> float:
    """The activation of one sum."""
    formulas = {
        "identity": lambda: z,
        "relu": lambda: max(z, 0.0),
        "tanh": lambda: math.tanh(z),
        "sigmoid": lambda: 1 / (1 + math.exp(-z)),
    }
    return formulas[name]()


def derivative(name: str, a: float) -> float:
    """The derivative of an activation function where its value is a."""
    derivatives = {"identity": 1.0, "relu": float(a > 0), "tanh": 1 - a * a, "sigmoid": a * (1 - a)}
    return derivatives[name]
