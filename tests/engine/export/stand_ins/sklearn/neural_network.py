"""Multi-layer perceptrons that compute from the attributes which fit would set."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from tests.engine.export.textbook import activate

_NAMES = {"logistic": "sigmoid"}


class _Perceptron:
    coefs_: list[Any]
    intercepts_: list[Any]
    n_layers_: int
    n_features_in_: int
    n_outputs_: int
    out_activation_: str

    def __init__(self, hidden_layer_sizes: tuple[int, ...], activation: str) -> None:
        self.hidden_layer_sizes, self.activation = hidden_layer_sizes, activation

    def _forward(self, values: Any) -> Any:
        sizes = [self.n_features_in_, *self.hidden_layer_sizes, self.n_outputs_]
        if [coefs.shape for coefs in self.coefs_] != list(pairwise(sizes)):
            raise ValueError(f"the coefficients do not make {sizes}")
        for place in range(self.n_layers_ - 1):
            is_last = place == self.n_layers_ - 2
            name = self.out_activation_ if is_last else self.activation
            values = values @ self.coefs_[place] + self.intercepts_[place]
            values = activate(_NAMES.get(name, name), values)
        return values


class MLPRegressor(_Perceptron):
    def predict(self, values: Any) -> Any:
        outputs = self._forward(values)
        return outputs.ravel() if self.n_outputs_ == 1 else outputs


class MLPClassifier(_Perceptron):
    classes_: Any
    _label_binarizer: Any

    def predict_proba(self, values: Any) -> Any:
        outputs = self._forward(values)
        return np.hstack([1 - outputs, outputs]) if self.n_outputs_ == 1 else outputs

    def predict(self, values: Any) -> Any:
        outputs = self._forward(values)
        return self._label_binarizer.inverse_transform(
            outputs.ravel() if self.n_outputs_ == 1 else outputs
        )
