"""The answers of a network as one JSON object, in full precision."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from engine.nn.arrays import FloatArray
from engine.nn.backprop import Gradients
from engine.session.metrics import RegressionMetrics, task_metrics
from engine.session.prediction import predictions
from engine.session.session import Session


def answers(session: Session, loss: float | None, test_loss: float | None) -> dict[str, Any]:
    """Return what `run --json` prints: titles, inputs, every stage, outputs, predictions, loss.

    Before the loss is what `metrics` returns. If there is a test set, which is the last n_test
    samples, n_test and test_loss follow. Arrays become rows of numbers; missing values are None.
    """
    trace = session.trace
    answer: dict[str, Any] = {
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
    }
    answer |= metrics(session)
    answer["loss"] = None if loss is None else number(loss)
    if session.n_test:
        answer["n_test"] = session.n_test
        answer["test_loss"] = None if test_loss is None else number(test_loss)
    return answer


def metrics(session: Session) -> dict[str, Any]:
    """Return how good the answers are: metrics, and with a test set test_metrics, where known.

    Each has classes: one object for each class (or yes/no output) with precision, recall, f1 and
    n_samples. For a regression it has r2 and mean_absolute_error instead.
    """
    if session.targets is None:
        return {}
    parts = {"metrics": (0, session.n_train)}
    if session.n_test:
        parts["test_metrics"] = (session.n_train, session.n_samples)
    answer: dict[str, Any] = {}
    for name, (start, stop) in parts.items():
        outputs, targets = session.trace.outputs[start:stop], session.targets[start:stop]
        measured = task_metrics(outputs, targets, session.task)
        if isinstance(measured, RegressionMetrics):
            answer[name] = {
                "r2": None if measured.r2 is None else number(measured.r2),
                "mean_absolute_error": number(measured.mean_absolute_error),
            }
        elif measured is not None:
            answer[name] = {"classes": [dataclasses.asdict(one) for one in measured]}
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
