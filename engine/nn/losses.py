"""Losses: one number for how far the outputs are from the targets, each followed by its derivative.

z, a and y are the sums, activations and targets of the last layer, each (n_samples, n_outputs).

Bishop, "Pattern Recognition and Machine Learning" (2006), 5.2, says which loss goes with which last
layer, and why its derivative by z is then a - y.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.nn.activations import Activation, activation
from engine.nn.arrays import FloatArray
from engine.nn.functional import sigmoid, softmax
from engine.nn.spelling import Spellings
from engine.nn.targets import class_targets, samples_with_target

LossFunction = Callable[[FloatArray, FloatArray, FloatArray, Activation], float]

_DEFAULTS = {"regression": "mse", "binary": "bce", "multiclass": "cross_entropy"}

LossTerms = Callable[[FloatArray, FloatArray, FloatArray, Activation], FloatArray]
LossDerivative = LossTerms

TASKS = ("regression", "binary", "multiclass")

OF_SAMPLES = frozenset(("squared_error", "cross_entropy"))
"""Losses that are a mean over the samples; the others are one over all targets."""

DIFFERENCES = {"squared_error": 1.0, "mse": 2.0}
"""Losses whose derivative by the activation a is this many times a - y, over what they count."""

CLOSED_FORMS = frozenset((("bce", "sigmoid"), ("cross_entropy", "softmax")))
"""Losses whose derivative by the sum z of these activations is a - y, over what they count."""


def squared_error(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """Half the squared difference, summed over the outputs, mean over the samples.

    Parameters
    ----------
    pre_activations
        (n_samples, n_outputs), the sums of the last layer.
    activations
        (n_samples, n_outputs), those of the last layer.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    activation
        That of the last layer.

    Returns
    -------
    float
    """
    terms = _squared_error_terms(pre_activations, activations, targets, activation)
    return float(np.sum(_set_numbers(terms, targets)) / n_set_samples(targets))


def _squared_error_terms(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    return 0.5 * (a - y) ** 2


def _squared_error_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, _: Activation
) -> FloatArray:
    """a - y, over the number of samples."""
    return (a - y) / n_set_samples(y)


def mse(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """The squared difference, mean over samples and outputs.

    Parameters
    ----------
    pre_activations
        (n_samples, n_outputs), the sums of the last layer.
    activations
        (n_samples, n_outputs), those of the last layer.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    activation
        That of the last layer.

    Returns
    -------
    float
    """
    terms = _mse_terms(pre_activations, activations, targets, activation)
    return _mean(_set_numbers(terms, targets))


def _mse_terms(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    return (a - y) ** 2


def _mse_derivative(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """2·(a - y), over the number of targets."""
    return 2.0 * (a - y) / n_set_numbers(y)


def bce(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """-(y·ln a + (1 - y)·ln(1 - a)), mean over samples and outputs.

    For a sigmoid both logarithms are computed from z, so that an a rounded to 0 or 1 does no harm;
    for other activations, from a.

    Parameters
    ----------
    pre_activations
        (n_samples, n_outputs), the sums of the last layer.
    activations
        (n_samples, n_outputs), those of the last layer.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    activation
        That of the last layer.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When the activations can leave 0…1 or a target does.
    """
    outside = (targets < 0) | (targets > 1)
    if outside.any():
        sample, output = (int(index) for index in np.argwhere(outside)[0])
        raise ValueError(
            f"bce: the target of sample {sample + 1}, output {output + 1} is "
            f"{targets[sample, output]}, expected a number from 0 to 1"
        )
    _require_probabilities("bce", "sigmoid", activation)
    terms = _bce_terms(pre_activations, activations, targets, activation)
    return _mean(_set_numbers(terms, targets))


def _bce_terms(z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation) -> FloatArray:
    if activation.name == "sigmoid":
        log_one, log_zero = -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)
    else:
        log_one, log_zero = np.log(a), np.log1p(-a)
    return -(_weighted(y, log_one) + _weighted(1.0 - y, log_zero))


def _bce_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """(1 - y) / (1 - a) - y / a, over the number of targets."""
    rest = sigmoid(-z) if activation.name == "sigmoid" else 1.0 - a
    return (_quotient(1.0 - y, rest) - _quotient(y, a)) / n_set_numbers(y)


def _bce_of_sigmoid_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, _: Activation
) -> FloatArray:
    """a - y, over the number of targets.

    As (1 - y)·a - y·(1 - a), which keeps its digits where a is near y.
    """
    return ((1.0 - y) * a - y * sigmoid(-z)) / n_set_numbers(y)


def cross_entropy(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """-ln of the activation whose target is 1, mean over the samples.

    For a softmax the logarithm is computed from z, a log_softmax is the logarithm itself, and for
    other activations it is computed from a.

    Parameters
    ----------
    pre_activations
        (n_samples, n_outputs), the sums of the last layer.
    activations
        (n_samples, n_outputs), those of the last layer.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    activation
        That of the last layer.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        When the activations can leave 0…1 or a sample's targets are not one-hot.
    """
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
    terms = _cross_entropy_terms(pre_activations, activations, targets, activation)
    return float(np.sum(_set_numbers(terms, targets)) / n_set_samples(targets))


def _cross_entropy_terms(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    if activation.name == "softmax":
        log_activations = _LOG_SOFTMAX.forward(z)
    else:
        log_activations = a if activation.name == "log_softmax" else np.log(a)
    return -_weighted(y, log_activations)


def _cross_entropy_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """-y / a, over the number of samples; -y where a is already a logarithm."""
    return -(y if activation.name == "log_softmax" else _quotient(y, a)) / n_set_samples(y)


def _cross_entropy_of_softmax_derivative(
    z: FloatArray, a: FloatArray, y: FloatArray, activation: Activation
) -> FloatArray:
    """a - y of the softmax activations a, over the number of samples.

    Where y is 1, a - y is computed as minus the sum of the other activations, which keeps its
    digits where a is near 1.
    """
    others = (softmax(z) if activation.name == "log_softmax" else a) * (1.0 - y)
    rest: FloatArray = np.sum(others, axis=1, keepdims=True)
    return (others - y * rest) / n_set_samples(y)


def mae(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """The absolute difference, mean over samples and outputs.

    Parameters
    ----------
    pre_activations
        (n_samples, n_outputs), the sums of the last layer.
    activations
        (n_samples, n_outputs), those of the last layer.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    activation
        That of the last layer.

    Returns
    -------
    float
    """
    terms = _mae_terms(pre_activations, activations, targets, activation)
    return _mean(_set_numbers(terms, targets))


def _mae_terms(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    return np.abs(a - y)


def _mae_derivative(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """The sign of a - y, over the number of targets; 0 at the kink, where a = y."""
    return np.sign(a - y) / n_set_numbers(y)


HUBER_DELTA = 1.0
"""Up to this difference huber is half its square, beyond it a straight line; PyTorch's default."""


def huber(
    pre_activations: FloatArray,
    activations: FloatArray,
    targets: FloatArray,
    activation: Activation,
) -> float:
    """Half the squared difference up to 1, beyond it the difference - 1/2; mean as for mse.

    Huber, "Robust estimation of a location parameter" (1964).

    Parameters
    ----------
    pre_activations
        (n_samples, n_outputs), the sums of the last layer.
    activations
        (n_samples, n_outputs), those of the last layer.
    targets
        (n_samples, n_outputs), NaN where one is not set.
    activation
        That of the last layer.

    Returns
    -------
    float
    """
    terms = _huber_terms(pre_activations, activations, targets, activation)
    return _mean(_set_numbers(terms, targets))


def _huber_terms(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    differences = np.abs(a - y)
    near = np.minimum(differences, HUBER_DELTA)
    terms: FloatArray = 0.5 * near**2 + HUBER_DELTA * (differences - near)
    return terms


def _huber_derivative(z: FloatArray, a: FloatArray, y: FloatArray, _: Activation) -> FloatArray:
    """a - y, cut to -1…1, over the number of targets."""
    return np.clip(a - y, -HUBER_DELTA, HUBER_DELTA) / n_set_numbers(y)


LOSSES: dict[str, LossFunction] = {
    "squared_error": squared_error,
    "mse": mse,
    "mae": mae,
    "huber": huber,
    "bce": bce,
    "cross_entropy": cross_entropy,
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
        # Adding 0 turns the -0 of a perfect fit into 0.
        counted = counted_targets(name, targets)
        return LOSSES[name](pre_activations, activations, counted, activation) + 0.0


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
        terms = _TERMS[name](pre_activations, activations, counted, activation)
        if unset.any():
            terms = np.where(unset, 0.0, terms)
        summed: FloatArray = np.add.reduce(terms, axis=(-2, -1))
        return summed / n_counted(name, targets) + 0.0


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
    counted = counted_targets(name, targets)
    return n_set_samples(counted) if name in OF_SAMPLES else n_set_numbers(counted)


def n_set_samples(targets: FloatArray) -> int:
    """Return how many samples have a target that is set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    int
    """
    return int(np.count_nonzero(samples_with_target(targets)))


def n_set_numbers(targets: FloatArray) -> int:
    """Return how many targets are set.

    Parameters
    ----------
    targets
        (n_samples, n_outputs), NaN where one is not set.

    Returns
    -------
    int
    """
    return targets.size - int(np.count_nonzero(np.isnan(targets)))


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


def _require_probabilities(name: str, best: str, activation: Activation) -> None:
    lowest, highest = activation.limits
    if lowest < 0 or highest > 1:
        raise ValueError(
            f"{name} needs outputs within 0…1: the last layer is {activation.text}, expected {best}"
        )


def _set_numbers(values: FloatArray, targets: FloatArray) -> FloatArray:
    """The values whose target is set."""
    unset = np.isnan(targets)
    return values[~unset] if unset.any() else values


def _mean(values: FloatArray) -> float:
    # Unlike np.mean, this does not warn about the mean of nothing, which is NaN.
    return float(np.sum(values) / values.size)


def _weighted(weights: FloatArray, logarithms: FloatArray) -> FloatArray:
    """weights · logarithms, with 0 · ln 0 = 0."""
    return np.where(weights == 0, 0.0, weights * logarithms)


_LOG_SOFTMAX = activation("log_softmax")
_IDENTITY = activation("identity")


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
    # Computing the loss checks all arguments.
    loss(name, pre_activations, activations, targets, activation)
    counted = counted_targets(name, targets)
    layer = (pre_activations, activations, counted, activation)
    by_pre_activations = _BY_PRE_ACTIVATIONS.get((name, activation.name))
    with np.errstate(all="ignore"):
        if by_pre_activations is not None:
            return _zero_where_unset(by_pre_activations(*layer), counted)
        by_activations = _zero_where_unset(_BY_ACTIVATIONS[name](*layer), counted)
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
    loss(name, pre_activations, activations, targets, activation)
    counted = counted_targets(name, targets)
    with np.errstate(all="ignore"):
        by_activations = _BY_ACTIVATIONS[name](pre_activations, activations, counted, activation)
    return _zero_where_unset(by_activations, counted)


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
        return float(_BY_ACTIVATIONS[name](a, a, y, _IDENTITY)[0, 0])


def _zero_where_unset(derivative: FloatArray, targets: FloatArray) -> FloatArray:
    """The derivative, with 0 where no target is set."""
    unset = np.isnan(targets)
    return np.where(unset, 0.0, derivative) if unset.any() else derivative


def _quotient(weights: FloatArray, activations: FloatArray) -> FloatArray:
    """weights / activations, with 0 / 0 = 0: an activation of weight 0 costs nothing."""
    return np.where(weights == 0, 0.0, weights / activations)


_TERMS: dict[str, LossTerms] = {
    "squared_error": _squared_error_terms,
    "mse": _mse_terms,
    "mae": _mae_terms,
    "huber": _huber_terms,
    "bce": _bce_terms,
    "cross_entropy": _cross_entropy_terms,
}
"""What each output adds to the loss, before it is divided by how many count."""

_BY_ACTIVATIONS: dict[str, LossDerivative] = {
    "squared_error": _squared_error_derivative,
    "mse": _mse_derivative,
    "mae": _mae_derivative,
    "huber": _huber_derivative,
    "bce": _bce_derivative,
    "cross_entropy": _cross_entropy_derivative,
}

# Computed through the activations these would be 0·∞ where one is rounded to 0 or 1.
_BY_PRE_ACTIVATIONS: dict[tuple[str, str], LossDerivative] = {
    ("bce", "sigmoid"): _bce_of_sigmoid_derivative,
    ("cross_entropy", "softmax"): _cross_entropy_of_softmax_derivative,
    ("cross_entropy", "log_softmax"): _cross_entropy_of_softmax_derivative,
}
