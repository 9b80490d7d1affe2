"""The answers of a network as one JSON object, in full precision."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients
from engine.session.prediction import predictions
from engine.session.session import Session


def answers(session: Session, loss: float | None, test_loss: float | None) -> dict[str, Any]:
    """Return what `run --json` prints: titles, inputs, every stage, outputs, predictions, loss.

    If there is a test set, which is the last n_test samples, n_test and test_loss follow. Arrays
    become rows of numbers; missing values are None.
    """
    trace = session.trace
    answer = {
        "title": session.title,
        "task": session.task,
        "features": session.features,
        "inputs": numbers(trace.inputs),
        "layers": [
            {
                "name": layer.name,
                "activation": layer.activation.text,
                "pre_activations": numbers(computed.pre_activations),
                "activations": numbers(computed.activations),
            }
            for layer, computed in zip(session.network.layers, trace.layers, strict=True)
        ],
        "outputs": numbers(trace.outputs),
        "predictions": None if session.task == "regression" else predictions(session),
        "loss": None if loss is None else number(loss),
    }
    if session.n_test:
        answer["n_test"] = session.n_test
        answer["test_loss"] = None if test_loss is None else number(test_loss)
    return answer


def gradient_rows(gradients: Gradients) -> list[dict[str, Any]]:
    """Return the derivatives by the weights, as rows, and the bias of each layer."""
    return [
        {"weights": numbers(layer.weights), "bias": numbers(layer.bias)}
        for layer in gradients.layers
    ]


def numbers(array: FloatArray) -> list[Any]:
    """Return the array as nested lists; numbers that are not finite as text, see `number`."""
    if np.isfinite(array).all():
        plain: list[Any] = array.tolist()
        return plain
    return [numbers(part) if part.ndim else number(float(part)) for part in array]


def number(value: float) -> float | str:
    """Return `value`, or "nan", "inf" or "-inf", for which JSON has no number."""
    return value if math.isfinite(value) else str(value)
