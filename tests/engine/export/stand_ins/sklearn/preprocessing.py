"""The binarizer that a classifier keeps."""

from __future__ import annotations

from typing import Any

import numpy as np


class LabelBinarizer:
    def fit(self, labels: Any) -> LabelBinarizer:
        self.classes_ = np.arange(labels.shape[1]) if labels.ndim == 2 else np.unique(labels)
        self.is_multilabel = labels.ndim == 2
        return self

    def inverse_transform(self, outputs: Any) -> Any:
        if self.is_multilabel:
            return (outputs > 0.5).astype(int)
        if outputs.ndim == 1:
            return self.classes_[(outputs > 0.5).astype(int)]
        return self.classes_[outputs.argmax(axis=1)]
