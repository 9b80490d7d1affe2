"""Precision, recall, F1, R² and the mean absolute error, by hand and as scikit-learn gives them."""

from __future__ import annotations

import numpy as np
import pytest

from engine.session.metrics import (
    ClassMetrics,
    class_metrics,
    regression_metrics,
    task_metrics,
)

NAN = np.nan


def test_classes_by_hand() -> None:
    outputs = np.eye(3)[[0, 0, 1, 1, 1, 0]]
    targets = np.eye(3)[[0, 1, 1, 1, 2, 0]]
    found = class_metrics(outputs, targets, "multiclass")
    assert found is not None
    # As scikit-learn's precision_recall_fscore_support, which writes 0 for 0 / 0.
    assert found == (
        ClassMetrics(2 / 3, 1.0, 0.8, 2),
        ClassMetrics(2 / 3, 2 / 3, 2 / 3, 3),
        ClassMetrics(None, 0.0, 0.0, 1),
    )


def test_yes_and_no_and_what_is_not_judged() -> None:
    outputs, targets = np.array([[0.9], [0.4], [0.7], [0.1]]), np.array([[1], [1], [0], [NAN]])
    zero, one = class_metrics(outputs, targets, "binary") or ()
    assert zero == ClassMetrics(0.0, 0.0, 0.0, 1)
    assert one == ClassMetrics(0.5, 0.5, 0.5, 2)
    several = class_metrics(
        np.hstack([outputs, 1 - outputs]), np.hstack([targets, targets]), "binary"
    )
    assert several == (one, ClassMetrics(1.0, 0.5, 2 / 3, 2))
    assert class_metrics(outputs, np.full((4, 1), NAN), "binary") is None
    assert class_metrics(outputs, np.full((4, 1), 7.0), "binary") is None


def test_regression() -> None:
    # The example of scikit-learn's r2_score: 0.9486…
    targets, outputs = np.array([[3], [-0.5], [2], [7]]), np.array([[2.5], [0.0], [2], [8]])
    found = regression_metrics(outputs, targets)
    assert found is not None
    assert found.r2 == pytest.approx(0.9486081370449679, rel=1e-14)
    assert found.mean_absolute_error == 0.5
    flat = regression_metrics(outputs, np.ones((4, 1)))
    assert flat is not None
    assert flat.r2 is None
    assert regression_metrics(outputs, np.full((4, 1), NAN)) is None
    assert task_metrics(outputs, targets, "regression") == found
