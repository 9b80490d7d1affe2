"""What the name of a tensor says: weights or a bias, of which layer, or something beside layers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from engine.formats.reading import DataNotNetworkError
from engine.formats.tensors.values import shape_text
from engine.text import quoted

_PART = re.compile(r"[A-Za-z]+|[0-9]{1,9}")
_CAPITAL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
WEIGHT_WORDS = frozenset(
    ("weight", "weights", "w", "kernel", "kernels", "coef", "coefs", "matrix", "theta")
)
"""What the weights of a layer are called."""
_BIAS = frozenset(("bias", "biases", "b", "intercept", "intercepts", "offset"))
_ABBREVIATED = re.compile(r"([WwBb])([a-z]{1,3}[0-9]{0,3})")
FIRST_LAYER_NAMES = frozenset(("input", "in", "first", "stem"))
"""What the layer that takes the inputs is called."""

_INPUTS = frozenset(
    (
        *("x", "xs", "input", "inputs", "feature", "features", "data", "image", "images"),
        *("sample", "samples"),
    )
)
_TARGETS = frozenset(("y", "ys", "target", "targets", "label", "labels", "class", "classes"))
_PART_OF_DATA = re.compile(r"(?:train|test|valid|val)$|^(?:train|test|valid|val)")

_BESIDE = (
    _INPUTS
    | _TARGETS
    | frozenset(
        (
            *("history", "loss", "losses", "cost", "costs", "error", "errors"),
            *("accuracy", "accuracies", "predictions", "step", "steps", "epoch", "epochs"),
            *("mean", "std", "stddev", "logstd"),
        )
    )
)
"""What lies beside layers, when it is called neither weights nor a bias."""

_OF_TRAINING = re.compile(
    r"(?:d|m|v|grads?_|gradients?_|deltas?_|velocity_|momentum_)_?[WwBb]_?\d*"
)
"""Gradients and moments, such as dW1 and mW1."""

NOT_DENSE = {
    "running": "a normalisation; fold it into the layer beside it before saving",
    "moving": "a normalisation; fold it into the layer beside it before saving",
    "gamma": "a normalisation; fold it into the layer beside it before saving",
    "hh": "a recurrent layer",
    **dict.fromkeys(("recurrent", "lstm", "gru"), "a recurrent layer"),
    **dict.fromkeys(("attn", "attention", "qkv"), "an attention layer"),
    **dict.fromkeys(("shortcut", "skip", "downsample"), "a path beside the layers"),
    "embedding": "an embedding",
    "embeddings": "an embedding",
    **dict.fromkeys(("orig", "original"), "a parametrisation, such as a spectral normalisation"),
}
"""Words that are of no dense layer, and of what they are."""
_RIVALS = frozenset(
    ("actor", "critic", "policy", "value", "generator", "discriminator", "pi", "vf")
)
_OF_OTHER_LAYERS = frozenset(("beta", "alpha", "alphas", "slope", "slopes"))
CHOICE = "; --layers NAME,NAME opens some layers without the rest"
"""What to do about a file that holds more than one path of dense layers."""

_MAX_NAME_LENGTH = 1_000


def parts_of(name: str) -> list[str]:
    """Return the words and numbers in a name, in lower case.

    Parameters
    ----------
    name
        Of a tensor; hiddenWeights are two words.

    Returns
    -------
    list[str]
    """
    return [part.lower() for part in _PART.findall(_CAPITAL.sub("_", name))]


def says_transposed(names: Collection[str]) -> bool | None:
    """Return whether the names come from a library with one column per neuron.

    scikit-learn's coefs_0, Keras' kernel and JAX's linear/w are (n_inputs, n_neurons), PyTorch's
    0.weight and scikit-learn's coef_ (n_neurons, n_inputs), which is False; None for all others,
    such as W1.

    Parameters
    ----------
    names
        Of all tensors in the file.

    Returns
    -------
    bool | None
    """
    parts = [frozenset(parts_of(name)) for name in names]
    if all(
        part & {"coefs", "kernel"} or "/" in name for part, name in zip(parts, names, strict=True)
    ):
        return True
    if all(name.endswith((".weight", "coef_")) for name in names):
        return False
    return None


def says_no_layer(name: str) -> bool:
    """Return whether the name says that this lies beside layers: data, gradients, a history.

    Parameters
    ----------
    name
        Of a tensor, such as X_train, dW1, losses, log_std.

    Returns
    -------
    bool
    """
    if _OF_TRAINING.fullmatch(name):
        return True
    return _role(name) is None and bool(_words(name) & _BESIDE)


def role_beside_others(module: str) -> str | None:
    """Return the role of a network among several beside each other, None for another module.

    Parameters
    ----------
    module
        Such as agent.actor.

    Returns
    -------
    str | None
    """
    return next((word for word in parts_of(module.rpartition(".")[2]) if word in _RIVALS), None)


def says_layer(name: str) -> bool:
    """Return whether the name says that this is of a layer, though not of a dense one.

    Parameters
    ----------
    name
        Of a tensor, such as norm/gamma, prelu/alpha.

    Returns
    -------
    bool
    """
    return bool(_words(name) & (NOT_DENSE.keys() | _OF_OTHER_LAYERS))


def is_of_inputs(words: Collection[str]) -> bool:
    """Return whether words in a module's name say that it takes the inputs.

    Parameters
    ----------
    words
        Such as "bn" and "in".

    Returns
    -------
    bool
    """
    return bool(frozenset(words) & (_INPUTS | FIRST_LAYER_NAMES))


def bias_by_name(name: str) -> bool:
    """Return whether the name says that this is a bias.

    Parameters
    ----------
    name
        Of a tensor, such as layers.0.bias.

    Returns
    -------
    bool
    """
    role = _role(name) or _abbreviated(name)
    return role is not None and not role[0]


def says_part(name: str) -> bool:
    """Return whether the name says that this is weights or a bias.

    Parameters
    ----------
    name
        Of a tensor.

    Returns
    -------
    bool
    """
    return _role(name) is not None


def parts_among(names: Collection[str]) -> dict[str, tuple[bool, tuple[str, ...]] | None]:
    """Return what each name says: weights (or a bias), and the rest of the name; None for neither.

    Parameters
    ----------
    names
        Of all tensors; Wh and bh are read only where no name is plainer.

    Returns
    -------
    dict[str, tuple[bool, tuple[str, ...]] | None]
    """
    roles = {name: _role(name) for name in names}
    if any(roles.values()):
        return roles
    short = {name: _abbreviated(name) for name in names}
    n_weights = sum(role is not None and role[0] for role in short.values())
    return short if n_weights > 1 or all(short.values()) else roles


def belongs(name: str, layer: str) -> bool:
    """Return whether a tensor is of a layer, or of a module, that the user names.

    Parameters
    ----------
    name
        Of the tensor, such as "encoder.0.weight" or "W_enc".
    layer
        Such as "encoder.0", "encoder", "enc", "W_enc".

    Returns
    -------
    bool
    """
    if f"{name}.".replace("/", ".").startswith(f"{layer}.".replace("/", ".")):
        return True
    role = _role(name) or _abbreviated(name)
    wanted = _role(layer) or _abbreviated(layer)
    parts = tuple(parts_of(layer))
    return role is not None and role[1] in (parts, wanted[1] if wanted else parts)


def numbers_and_words(name: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the numbers in a module's name, and its words, as `Pair` has them of a layer.

    Parameters
    ----------
    name
        Such as "layers.1" or "bn1".

    Returns
    -------
    tuple[tuple[int, ...], tuple[str, ...]]
    """
    parts = parts_of(name)
    numbers = tuple(int(part) for part in parts if part.isdecimal())
    return numbers, tuple(part for part in parts if not part.isdecimal())


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts names naturally: layers.2 before layers.10.

    Parameters
    ----------
    name
        Of a tensor, such as layers.10.weight.

    Returns
    -------
    tuple[tuple[int, int, str], ...]
    """
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts_of(name)
    )


def _role(name: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether the name says weights (or bias), and the rest of it; None when it says neither."""
    parts = parts_of(name)
    for place in reversed(range(len(parts))):
        if parts[place] in WEIGHT_WORDS or parts[place] in _BIAS:
            return parts[place] in WEIGHT_WORDS, (*parts[:place], *parts[place + 1 :])
    return None


def _abbreviated(name: str) -> tuple[bool, tuple[str, ...]] | None:
    """The same for Wh and bh."""
    match = _ABBREVIATED.fullmatch(name)
    return None if match is None else (match[1] in "Ww", tuple(parts_of(match[2])))


def _words(name: str) -> frozenset[str]:
    """The words in a name, x of x_train and xtrain."""
    return frozenset(_PART_OF_DATA.sub("", part) for part in parts_of(name))


def check_names(names: Collection[str]) -> None:
    """Raise ValueError for names that would take too long to understand.

    Parameters
    ----------
    names
        Of all tensors.
    """
    longest = max(map(len, names), default=0)
    if longest > _MAX_NAME_LENGTH:
        raise ValueError(
            f"a tensor's name has {longest:,} characters; at most {_MAX_NAME_LENGTH:,} are read"
        )


def check_no_data_set(shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Raise ValueError when names say inputs and targets, and no matrix is called weights.

    Parameters
    ----------
    shapes
        The shape of each array.
    """
    words = {name: _words(name) for name in shapes}
    inputs = [name for name in shapes if words[name] & _INPUTS]
    targets = [name for name in shapes if words[name] & _TARGETS and name not in inputs]
    tables = [name for name, shape in shapes.items() if len(shape) > 1]
    only_inputs = bool(tables) and set(tables) <= set(inputs)
    if not ((inputs and targets) or only_inputs) or any(parts_among(shapes)[n] for n in tables):
        return
    examples = ", ".join(
        f"{quoted(name)} {shape_text(shapes[name])}" for name in [*inputs[:2], *targets[:2]]
    )
    raise DataNotNetworkError(f"is a data set by its names, not a network: {examples}")
