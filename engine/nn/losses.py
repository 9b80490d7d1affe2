"""The one table of losses: how far the outputs are from the targets, in one number.

z, a and y are the sums, activations and targets of the last layer, each (n_samples, n_outputs), y
NaN where a target is not set. Each loss is a mean of terms, one for each output; every formula of
these is followed by its derivative by a.

Bishop, "Pattern Recognition and Machine Learning" (2006), 5.2, says which loss goes with which last
layer, and why its derivative by z is then a - y.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.nn.activations import Activation, activation
from engine.nn.arrays import FloatArray
from engine.nn.functional import sigmoid, softmax
from engine.nn.spelling import Spellings
from engine.nn.targets import class_targets, n_set_numbers, n_set_samples, samples_with_target

LossTerms = Callable[[FloatArray, FloatArray, FloatArray, Activation], FloatArray]

TASKS = ("regression", "binary", "multiclass")

_DEFAULTS = {"regression": "mse", "binary": "bce", "multiclass": "cross_entropy"}

DIFFERENCES = {"squared_error": 1.0, "mse": 2.0}
"""Losses whose derivative by the activation a is this many times a - y, over what they count."""

CLOSED_FORMS = frozenset((("bce", "sigmoid"), ("cross_entropy", "softmax")))
"""Losses whose derivative by the sum z of these activations is a - y, over what they count."""

HUBER_DELTA = 1.0
"""Up to this difference huber is half its square, beyond it a straight line; PyTorch's default."""

_LOG_SOFTMAX = activation("log_softmax")
_IDENTITY = activation("identity")


@dataclass(frozen=True, eq=False, slots=True)
class LossKind:
    """One loss: a row of the table.

    Attributes
    ----------
    terms : callable
        terms(z, a, y, activation): what each output adds to the loss.
    derivative : callable
        derivative(z, a, y, activation): that of the terms by a.
    of_samples : bool
        Whether it is the mean over the samples; else it is the mean over all targets.
    check : callable
        check(y, activation): raises ValueError for targets or a last layer that do not suit it.
    """

    terms: LossTerms
    derivative: LossTerms
    of_samples: bool = False
    check: Callable[[FloatArray, Activation], None] = lambda *_: None

    def count(self, targets: FloatArray) -> int:
        """Return over how many samples or targets the mean is taken.

        Parameters
        ----------
        targets
            (n_samples, n_outputs), NaN where one does not count.

        Returns
        -------
        int
        """
        return n_set_samples(targets) if self.of_samples else n_set_numbers(targets)


def _squared_error(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """Half the squared difference."""
    return 0.5 * (a - y) ** 2


def _squared_error_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, _: Activation
) -> FloatArray:
    """a - y."""
    return a - y


def _mse(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """The squared difference."""
    return (a - y) ** 2


def _mse_derivative(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """2·(a - y)."""
    return 2.0 * (a - y)


def _mae(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """The absolute difference."""
    return np.abs(a - y)


def _mae_derivative(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """The sign of a - y; 0 at the kink, where a = y."""
    return np.sign(a - y)


def _huber(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """Half the squared difference up to 1, beyond it the difference - 1/2.

    Huber, "Robust estimation of a location parameter" (1964).
    """
    differences = np.abs(a - y)
    near = np.minimum(differences, HUBER_DELTA)
    terms: FloatArray = 0.5 * near**2 + HUBER_DELTA * (differences - near)
    return terms


def _huber_derivative(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """a - y, cut to -1…1."""
    return np.clip(a - y, -HUBER_DELTA, HUBER_DELTA)


def _bce(z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation) -> FloatArray:
    """-(y·ln a + (1 - y)·ln(1 - a)).

    For a sigmoid both logarithms are computed from z, so that an a rounded to 0 or 1 does no harm;
    for other activations, from a.
    """
    if activation.name == "sigmoid":
        log_one, log_zero = -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)
    else:
        log_one, log_zero = np.log(a), np.log1p(-a)
    return -(_weighted(y, log_one) + _weighted(1.0 - y, log_zero))


def _bce_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """(1 - y) / (1 - a) - y / a."""
    rest = sigmoid(-z) if activation.name == "sigmoid" else 1.0 - a
    return _quotient(1.0 - y, rest) - _quotient(y, a)


def _bce_of_sigmoid_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, _: Activation
) -> FloatArray:
    """a - y, by z.

    As (1 - y)·a - y·(1 - a), which keeps its digits where a is near y.
    """
    return (1.0 - y) * a - y * sigmoid(-z)


def _cross_entropy(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """-ln of the activation whose target is 1.

    For a softmax the logarithm is computed from z, a log_softmax is the logarithm itself, and for
    other activations it is computed from a.
    """
    if activation.name == "softmax":
        log_activations = _LOG_SOFTMAX.forward(z)
    else:
        log_activations = a if activation.name == "log_softmax" else np.log(a)
    return -_weighted(y, log_activations)


def _cross_entropy_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """-y / a; -y where a is already a logarithm."""
    return -(y if activation.name == "log_softmax" else _quotient(y, a))


def _cross_entropy_of_softmax_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """a - y of the softmax activations a, by z.

    Where y is 1, a - y is computed as minus the sum of the other activations, which keeps its
    digits where a is near 1.
    """
    others = (softmax(z) if activation.name == "log_softmax" else a) * (1.0 - y)
    rest: FloatArray = np.sum(others, axis=1, keepdims=True)
    return others - y * rest


def _check_bce(targets: FloatArray, activation: Activation) -> None:
    outside = (targets < 0) | (targets > 1)
    if outside.any():
        sample, output = (int(index) for index in np.argwhere(outside)[0])
        raise ValueError(
            f"bce: the target of sample {sample + 1}, output {output + 1} is "
            f"{targets[sample, output]}, expected a number from 0 to 1"
        )
    _require_probabilities("bce", "sigmoid", activation)


def _check_cross_entropy(targets: FloatArray, activation: Activation) -> None:
    one_hot = np.all((targets == 0) | (targets == 1), axis=1) & (np.sum(targets, axis=1) == 1)
    fits = one_hot | ~samples_with_target(targets)
    if not fits.all():
        sample = int(np.argmin(fits))
        raise ValueError(
            f"cross_entropy: the targets of sample {sample + 1} are {targets[sample].tolist()}, "
            f"expected a single 1 and the rest 0"
        )
    if activation.name != "log_softmax":
        _require_probabilities("cross_entropy", "softmax", activation)


def _require_probabilities(name: str, best: str, activation: Activation) -> None:
    lowest, highest = activation.limits
    if lowest < 0 or highest > 1:
        raise ValueError(
            f"{name} needs outputs within 0…1: the last layer is {activation.text}, expected {best}"
        )


def _weighted(weights: FloatArray, logarithms: FloatArray) -> FloatArray:
    """weights · logarithms, with 0 · ln 0 = 0."""
    return np.where(weights == 0, 0.0, weights * logarithms)


def _quotient(weights: FloatArray, activations: FloatArray) -> FloatArray:
    """weights / activations, with 0 / 0 = 0: an activation of weight 0 costs nothing."""
    return np.where(weights == 0, 0.0, weights / activations)


LOSSES = {
    "squared_error": LossKind(_squared_error, _squared_error_derivative, of_samples=True),
    "mse": LossKind(_mse, _mse_derivative),
    "mae": LossKind(_mae, _mae_derivative),
    "huber": LossKind(_huber, _huber_derivative),
    "bce": LossKind(_bce, _bce_derivative, check=_check_bce),
    "cross_entropy": LossKind(
        _cross_entropy, _cross_entropy_derivative, of_samples=True, check=_check_cross_entropy
    ),
}

# Computed through the activations these would be 0·∞ where one is rounded to 0 or 1.
_BY_PRE_ACTIVATIONS: dict[tuple[str, str], LossTerms] = {
    ("bce", "sigmoid"): _bce_of_sigmoid_derivative,
    ("cross_entropy", "softmax"): _cross_entropy_of_softmax_derivative,
    ("cross_entropy", "log_softmax"): _cross_entropy_of_softmax_derivative,
}

LOSS_SPELLINGS = Spellings(
    "loss",
    LOSSES,
    {
        "mse": ("mean_squared_error", "MSELoss", "mse_loss"),
        "mae": ("mean_absolute_error", "absolute_error", "L1Loss", "l1_loss"),
        "huber": (
            *("HuberLoss", "huber_loss", "huber(1)", "huber(delta=1)", "SmoothL1Loss"),
            "smooth_l1_loss",
        ),
        "bce": (
            *("binary_crossentropy", "BCELoss", "BCEWithLogitsLoss"),
            "binary_cross_entropy_with_logits",
        ),
        "cross_entropy": (
            *("categorical_crossentropy", "CrossEntropyLoss", "sparse_categorical_crossentropy"),
        ),
    },
    {
        "log_loss": "bce is the one for yes or no, cross_entropy the one for classes",
        **dict.fromkeys(("NLLLoss", "nll_loss"), "cross_entropy of a log_softmax is the same"),
        **dict.fromkeys(
            (
                *("rmse", "root_mean_squared_error", "msle"),
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
"""PyTorch's losses with logits equal ours of a sigmoid or softmax: both compute from the sums z.
At the default width its SmoothL1Loss and its HuberLoss are the same."""


def loss(
    name: str,
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """Return the loss called `name`, in any spelling, of the last layer.

    Parameters
    ----------
    name
        A key of LOSSES, or another spelling of it.
    pre_activations, activations, targets
        (n_samples, n_outputs); a target that is NaN is not set and does not count.
    activation
        That of the last layer.

    Returns
    -------
    float
        Which may be inf or NaN, and is NaN if no target counts.

    Raises
    ------
    ValueError
        For an unknown name, for shapes that differ, and for an activation or targets that do not
        suit the loss; messages count samples and outputs from 1.
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
        counted, kind = counted_targets(name, targets), LOSSES[name]
        kind.check(counted, activation)
        terms = kind.terms(pre_activations, activations, counted, activation)
        # Adding 0 turns the -0 of a perfect fit into 0.
        return float(np.sum(_set_numbers(terms, counted)) / kind.count(counted)) + 0.0


def _set_numbers(values: FloatArray, targets: FloatArray) -> FloatArray:
    """The values whose target is set."""
    unset = np.isnan(targets)
    return values[~unset] if unset.any() else values


def losses_of(
    name: str,
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> FloatArray:
    """Return the loss of each of several networks that were given the same samples, (n_networks,).

    Parameters
    ----------
    name
        A key of LOSSES.
    pre_activations, activations
        (n_networks, n_samples, n_outputs), those of the last layers.
    targets
        (n_samples, n_outputs), as `loss` takes them; they are not checked again.
    activation
        That of the last layer.

    Returns
    -------
    FloatArray
    """
    counted = counted_targets(name, targets)
    unset = np.isnan(counted)
    with np.errstate(all="ignore"):
        terms = LOSSES[name].terms(pre_activations, activations, counted, activation)
        if unset.any():
            terms = np.where(unset, 0.0, terms)
        summed: FloatArray = np.add.reduce(terms, axis=(-2, -1))
        return summed / LOSSES[name].count(counted) + 0.0


def loss_derivative(
    name: str,
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> FloatArray:
    """Return d loss / d z of the last layer, (n_samples, n_outputs).

    Where the loss is inf, its derivative may be inf or NaN.

    Parameters
    ----------
    name, pre_activations, activations, targets, activation
        As for `loss`, whose errors are raised too.
    """
    name = LOSS_SPELLINGS.named(name)
    layer = (pre_activations, activations, targets, activation)
    closed_form = _BY_PRE_ACTIVATIONS.get((name, activation.name))
    if closed_form is not None:
        return _mean_of(closed_form, name, *layer)
    by_activations = output_derivative(name, *layer)
    with np.errstate(all="ignore"):
        return activation.backward(pre_activations, by_activations)


def output_derivative(
    name: str,
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> FloatArray:
    """Return d loss / d a of the last layer, (n_samples, n_outputs); 0 where no target is set.

    Parameters
    ----------
    name, pre_activations, activations, targets, activation
        As for `loss`, whose errors are raised too.
    """
    name = LOSS_SPELLINGS.named(name)
    derivative = LOSSES[name].derivative
    return _mean_of(derivative, name, pre_activations, activations, targets, activation)


def derivative_by_output(name: str, output: float, target: float) -> float:
    """Return d loss / d a of a network with a single output, whatever the two numbers are.

    Parameters
    ----------
    name
        A key of `LOSSES`.
    output, target
        What the network gives and what it should give; they need not suit the loss.

    Returns
    -------
    float
    """
    a, y = np.array([[output]]), np.array([[target]])
    with np.errstate(all="ignore"):
        return float(LOSSES[name].derivative(a, a, y, _IDENTITY)[0, 0])


def _mean_of(
    terms: LossTerms, name: str, z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """The derivatives in the terms over how many count, 0 where no target is set."""
    # Computing the loss checks all arguments.
    loss(name, z, a, y, activation)
    counted = counted_targets(name, y)
    with np.errstate(all="ignore"):
        mean = terms(z, a, counted, activation) / LOSSES[name].count(counted)
    unset = np.isnan(counted)
    return np.where(unset, 0.0, mean) if unset.any() else mean


def counted_targets(name: str, targets: FloatArray) -> FloatArray:
    """Return the targets that count for the loss called `name`, with NaN for all others.

    For `cross_entropy` they are those of the samples whose class is known, see `class_targets`.

    Parameters
    ----------
    name
        A key of LOSSES.
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    FloatArray
    """
    return class_targets(targets) if name == "cross_entropy" else targets


def n_counted(name: str, targets: FloatArray) -> int:
    """Return over how many samples (or targets) the loss called `name` takes its mean.

    Parameters
    ----------
    name
        A key of LOSSES.
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    int
    """
    return LOSSES[name].count(counted_targets(name, targets))


def check_target(name: str, target: float) -> None:
    """Check that the loss called `name` can use a number as a target.

    Parameters
    ----------
    name
        A key of LOSSES.
    target
        The number.

    Raises
    ------
    ValueError
        Saying which numbers it can use.
    """
    if name == "bce" and not 0 <= target <= 1:
        raise ValueError("a target for bce is a number from 0 to 1")
    if name == "cross_entropy" and target not in (0, 1):
        raise ValueError("a target for cross_entropy is 1 for the class of the sample, else 0")


def default_loss(task: str) -> str:
    """Return the usual loss of a task.

    Parameters
    ----------
    task
        "regression", "binary" or "multiclass".

    Returns
    -------
    str
        A key of LOSSES.

    Raises
    ------
    ValueError
        For any other task.
    """
    if task not in _DEFAULTS:
        raise ValueError(f"unknown task {task!r}: known are {', '.join(_DEFAULTS)}")
    return _DEFAULTS[task]
