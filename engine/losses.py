"""Losses: one number for how far the outputs are from the targets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.activations import Activation, FloatArray, activation
from engine.spelling import Spellings

LossFunction = Callable[[FloatArray, FloatArray, FloatArray, Activation], float]

_DEFAULTS = {"regression": "mse", "binary": "bce", "multiclass": "cross_entropy"}


def squared_error(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """Half the squared difference, summed over the outputs, mean over the samples."""
    return float(0.5 * np.sum((activations - targets) ** 2) / len(targets))


def mse(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """The squared difference, mean over samples and outputs."""
    return float(np.mean((activations - targets) ** 2))


def bce(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """-(y·ln a + (1 - y)·ln(1 - a)), mean over samples and outputs.

    Of a sigmoid both logarithms come from z, so that an a rounded to 0 or 1 does no harm; of other
    activations from a itself. Raises ValueError when the outs can leave 0…1 or a target does.
    """
    outside = ~((targets >= 0) & (targets <= 1))
    if outside.any():
        sample, output = (int(index) for index in np.argwhere(outside)[0])
        raise ValueError(
            f"bce: the target of sample {sample + 1}, output {output + 1} is "
            f"{targets[sample, output]}, expected a number from 0 to 1"
        )
    if activation.name == "sigmoid":
        log_one = -np.logaddexp(0.0, -pre_activations)
        log_zero = -np.logaddexp(0.0, pre_activations)
    else:
        _need_probabilities("bce", "sigmoid", activation)
        log_one = np.log(activations)
        log_zero = np.log1p(-activations)
    return -float(np.mean(_weighted(targets, log_one) + _weighted(1.0 - targets, log_zero)))


def cross_entropy(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """-ln of the out whose target is 1, mean over the samples.

    Of a softmax the logarithm comes from z; a log_softmax gives it; of other activations it comes
    from a. Raises ValueError when the outs can leave 0…1 or a sample's targets are not one-hot.
    """
    one_hot = np.all((targets == 0) | (targets == 1), axis=1) & (np.sum(targets, axis=1) == 1)
    if not one_hot.all():
        sample = int(np.argmin(one_hot))
        raise ValueError(
            f"cross_entropy: the targets of sample {sample + 1} are {targets[sample].tolist()}, "
            f"expected a single 1 and the rest 0"
        )
    if activation.name == "softmax":
        log_outs = _LOG_SOFTMAX.forward(pre_activations)
    elif activation.name == "log_softmax":
        log_outs = activations
    else:
        _need_probabilities("cross_entropy", "softmax", activation)
        log_outs = np.log(activations)
    return -float(np.sum(_weighted(targets, log_outs)) / len(targets))


LOSSES: dict[str, LossFunction] = {
    "squared_error": squared_error,
    "mse": mse,
    "bce": bce,
    "cross_entropy": cross_entropy,
}

LOSS_SPELLINGS = Spellings(
    "loss",
    LOSSES,
    {
        "mse": ("mean_squared_error", "MSELoss", "mse_loss"),
        "bce": (
            *("binary_crossentropy", "BCELoss", "BCEWithLogitsLoss"),
            "binary_cross_entropy_with_logits",
        ),
        "cross_entropy": (
            *("categorical_crossentropy", "CrossEntropyLoss", "sparse_categorical_crossentropy"),
        ),
    },
    {
        "log_loss": "bce is that of yes or no, cross_entropy that of classes",
        **dict.fromkeys(("NLLLoss", "nll_loss"), "cross_entropy of a log_softmax is the same"),
        **dict.fromkeys(
            (
                *("mae", "mean_absolute_error", "absolute_error", "L1Loss", "huber", "HuberLoss"),
                *("SmoothL1Loss", "rmse", "root_mean_squared_error", "msle"),
                *("mean_squared_logarithmic_error", "mape", "mean_absolute_percentage_error"),
                *("kl_divergence", "KLDivLoss", "poisson", "PoissonNLLLoss", "hinge"),
                *("squared_hinge", "categorical_hinge", "log_cosh", "cosine_similarity"),
                *("binary_focal_crossentropy", "categorical_focal_crossentropy", "sse"),
                *("SoftMarginLoss", "MultiLabelSoftMarginLoss"),
            ),
            "",
        ),
    },
)
"""What PyTorch computes of the sums z, with logits, is what ours are for sigmoid and softmax."""


def loss(
    name: str,
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """Return the loss called `name`, in any spelling, of the last layer.

    pre_activations, activations, targets: (n_samples, n_outputs). activation: that of the last
    layer. The result may be inf or NaN. Raises ValueError for an unknown name, for shapes that
    differ, and for an activation or targets that the loss is not made for; samples and outputs
    are counted from 1 in its text.
    """
    name = LOSS_SPELLINGS.named(name)
    if not pre_activations.shape == activations.shape == targets.shape:
        raise ValueError(
            f"{name}: targets have shape {targets.shape}, expected that of the outputs, "
            f"{activations.shape}"
        )
    if activations.ndim != 2 or not activations.size:
        raise ValueError(f"{name}: needs at least one sample and one output, one row a sample")
    with np.errstate(all="ignore"):
        # Adding 0 makes the -0 of a perfect fit a 0.
        return LOSSES[name](pre_activations, activations, targets, activation) + 0.0


def default_loss(task: str) -> str:
    """Return the loss of a task: "regression", "binary" or "multiclass"."""
    if task not in _DEFAULTS:
        raise ValueError(f"unknown task {task!r}: known are {', '.join(_DEFAULTS)}")
    return _DEFAULTS[task]


def _need_probabilities(name: str, best: str, activation: Activation) -> None:
    lowest, highest = activation.limits
    if lowest < 0 or highest > 1:
        raise ValueError(
            f"{name} needs outputs within 0…1: the last layer is {activation.text}, expected {best}"
        )


def _weighted(weights: FloatArray, logarithms: FloatArray) -> FloatArray:
    """weights · logarithms, where 0 times the logarithm of 0 is 0."""
    return np.where(weights == 0, 0.0, weights * logarithms)


_LOG_SOFTMAX = activation("log_softmax")
