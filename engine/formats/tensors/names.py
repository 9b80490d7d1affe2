"""What tensor names say: which are weights, which bias belongs to them, and the layer order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.formats.reading import DataNotNetworkError
from engine.formats.tensors.values import shape_text
from engine.nn.parameters import OUTPUT_LAYER_NAMES
from engine.text import quoted

_PART = re.compile(r"[A-Za-z]+|[0-9]{1,9}")
_CAPITAL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
_WEIGHTS = frozenset(
    ("weight", "weights", "w", "kernel", "kernels", "coef", "coefs", "matrix", "theta")
)
_BIAS = frozenset(("bias", "biases", "b", "intercept", "intercepts", "offset"))
_ABBREVIATED = re.compile(r"([WwBb])([a-z]{1,3}[0-9]{0,3})")
_FIRST = frozenset(("input", "in", "first", "stem"))

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
            *(
                "history",
                "loss",
                "losses",
                "cost",
                "costs",
                "error",
                "errors",
                "accuracy",
                "accuracies",
            ),
            *("mean", "std", "stddev", "logstd", "step", "steps", "epoch", "epochs", "predictions"),
        )
    )
)
"""What lies beside layers, when it is called neither weights nor a bias."""

_OF_TRAINING = re.compile(
    r"(?:d|m|v|grads?_|gradients?_|deltas?_|velocity_|momentum_)_?[WwBb]_?\d*"
)
"""Gradients and moments, such as dW1 and mW1."""

_NOT_DENSE = {
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
_RIVALS = frozenset(
    ("actor", "critic", "policy", "value", "generator", "discriminator", "pi", "vf")
)
_OF_OTHER_LAYERS = frozenset(("beta", "alpha", "alphas", "slope", "slopes"))
CHOICE = "; --layers NAME,NAME opens some layers without the rest"
"""What to do about a file that holds more than one path of dense layers."""

_GROUPS = {
    **dict.fromkeys(("i", "x", "in", "input", "inputs"), "inputs"),
    **dict.fromkeys(("h", "hid", "hidden"), "hidden"),
    **dict.fromkeys(("o", "y", "out", "output", "outputs"), "outputs"),
}
"""What the neurons at either end of a matrix are called, as in weights_ih and bias_h."""

_MAX_STEPS = 400_000
_MAX_NAME_LENGTH = 1_000

Ends = tuple[int, int]
"""How many inputs and how many neurons a layer has."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The names of a layer's weights and of its bias, if any, and what the names share."""

    weights: str
    bias: str | None
    stem: tuple[str, ...]

    @property
    def family(self) -> tuple[str, ...]:
        """The name without its numbers: layers of one family are ordered by their numbers."""
        return tuple(part for part in self.stem if not part.isdecimal())

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the name, in order."""
        return tuple(int(part) for part in self.stem if part.isdecimal())

    @property
    def rank(self) -> int:
        """-1 for a layer named as the first, 1 for one named as the last, else 0."""
        group = _GROUPS.get("".join(self.stem))
        start, end = _link(self.stem) or (group, group)
        if start or end:
            return 1 if end == "outputs" else -1 if start == "inputs" else 0
        words = frozenset(self.family)
        return 1 if words & OUTPUT_LAYER_NAMES else -1 if words & _FIRST else 0

    @property
    def called(self) -> str:
        """What a user calls the layer: "encoder" of "encoder.weight", else the matrix's name."""
        start, _, last = re.sub("/", ".", self.weights).rpartition(".")
        return start if start and last.lower() in _WEIGHTS else self.weights

    @property
    def layer_name(self) -> str | None:
        """What the framework calls the layer: "fc1" of "fc1.weight", "dense" of "dense/kernel".

        None when it is only a number, and for other names.
        """
        module, _, last = self.weights.rpartition(".")
        if last != "weight":
            module, _, last = self.weights.rpartition("/")
            module = module.rpartition("/")[2] if last == "kernel" else ""
        return module if re.search("[A-Za-z]", module) else None


def _parts(name: str) -> list[str]:
    """The words and numbers in a name, in lower case; those of hiddenWeights are two words."""
    return [part.lower() for part in _PART.findall(_CAPITAL.sub("_", name))]


def paired(shapes: Mapping[str, tuple[int, ...]]) -> list[Pair]:
    """Pair weights and biases among tensors of these shapes, in file order.

    By name if the names say weights and bias; if none does, a matrix is followed by its bias or has
    none.

    Parameters
    ----------
    shapes
        The shape of each array.

    Returns
    -------
    list[Pair]

    Raises
    ------
    ValueError
        Naming the tensor, when one is not part of a dense layer.
    """
    if not shapes:
        raise ValueError("has no tensors")
    for name, shape in shapes.items():
        _check_dense(name, shape)
    roles = parts_among(shapes)
    if not any(roles.values()):
        return _by_order(shapes)
    weights: dict[tuple[str, ...], str] = {}
    biases: dict[tuple[str, ...], str] = {}
    for name, role in roles.items():
        if role is None:
            raise ValueError(
                f"tensor {quoted(name)} is neither weights nor a bias by its name{CHOICE}"
            )
        is_weights, stem = role
        if "hh" in stem:
            raise ValueError(f"tensor {quoted(name)} is of {_NOT_DENSE['hh']}{CHOICE}")
        _check_dimensions(name, shapes, is_weights)
        group = weights if is_weights else biases
        if stem in group:
            raise ValueError(f"{quoted(group[stem])} and {quoted(name)} have the same meaning")
        group[stem] = name
    for stem, name in list(biases.items()):
        if stem not in weights:
            end = _GROUPS.get("".join(stem))
            links = {place: _link(place) for place in weights if place not in biases}
            into = [place for place, link in links.items() if link and link[1] == end]
            if len(into) == 1:
                biases[into[0]] = biases.pop(stem)
                continue
            raise ValueError(f"bias {quoted(name)} has no weights of a similar name")
    return [Pair(name, biases.get(stem), stem) for stem, name in weights.items()]


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
    parts = [frozenset(_parts(name)) for name in names]
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
    return next((word for word in _parts(module.rpartition(".")[2]) if word in _RIVALS), None)


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
    return bool(_words(name) & (_NOT_DENSE.keys() | _OF_OTHER_LAYERS))


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
    return bool(frozenset(words) & (_INPUTS | _FIRST))


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
    parts = tuple(_parts(layer))
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
    parts = _parts(name)
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
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in _parts(name))


def _role(name: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether the name says weights (or bias), and the rest of it; None when it says neither."""
    parts = _parts(name)
    for place in reversed(range(len(parts))):
        if parts[place] in _WEIGHTS or parts[place] in _BIAS:
            return parts[place] in _WEIGHTS, (*parts[:place], *parts[place + 1 :])
    return None


def _link(stem: tuple[str, ...]) -> tuple[str, str] | None:
    """What a matrix leads from and to, as in "ih", "i2h" and "input to hidden"."""
    parts = [part for part in stem if part not in ("2", "to")]
    if len(parts) == 1 and len(parts[0]) == 2:
        parts = list(parts[0])
    ends = [_GROUPS.get(part) for part in parts]
    match ends:
        case [str(start), str(end)] if start != end:
            return start, end
    return None


def _abbreviated(name: str) -> tuple[bool, tuple[str, ...]] | None:
    """The same for Wh and bh."""
    match = _ABBREVIATED.fullmatch(name)
    return None if match is None else (match[1] in "Ww", tuple(_parts(match[2])))


def _by_order(shapes: Mapping[str, tuple[int, ...]]) -> list[Pair]:
    pairs: list[Pair] = []
    for name, shape in shapes.items():
        stem = tuple(_parts(name))
        if len(shape) == 2:
            pairs.append(Pair(name, None, stem))
        elif pairs and pairs[-1].bias is None:
            pairs[-1] = Pair(pairs[-1].weights, name, pairs[-1].stem)
        else:
            raise ValueError(f"tensor {quoted(name)} follows no matrix whose bias it could be")
    return pairs


def _words(name: str) -> frozenset[str]:
    """The words in a name, x of x_train and xtrain."""
    return frozenset(_PART_OF_DATA.sub("", part) for part in _parts(name))


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


def _check_dense(name: str, shape: tuple[int, ...]) -> None:
    # torch.compile puts _orig_mod before all names.
    for part in _parts(name.replace("_orig_mod.", "")):
        if part in _NOT_DENSE:
            raise ValueError(f"tensor {quoted(name)} is of {_NOT_DENSE[part]}{CHOICE}")
    if len(shape) not in (1, 2):
        raise ValueError(
            f"tensor {quoted(name)} has {len(shape)} dimensions ({shape_text(shape)}); "
            f"a dense layer has a matrix and a row of biases{CHOICE}"
        )
    if 0 in shape:
        raise ValueError(f"tensor {quoted(name)} is empty ({shape_text(shape)})")


def _check_dimensions(name: str, shapes: Mapping[str, tuple[int, ...]], is_weights: bool) -> None:
    shape = shapes[name]
    # A row of weights is one neuron, but PyTorch keeps that as a matrix too.
    if len(shape) == 1 + is_weights or (is_weights and not name.endswith(".weight")):
        return
    what = "weights of a dense layer" if is_weights else "a bias"
    reason = f"expected {1 + is_weights} dimension{'s' * is_weights}"
    if is_weights:
        beside = f"{name.removesuffix('weight')}bias"
        reason = (
            f"with {quoted(beside)} rather a layer normalisation, or a batch normalisation without "
            f"statistics, which are computed anew for each input"
            if beside in shapes
            else "rather the slopes of a PReLU, which differ, or a normalisation"
        )
    raise ValueError(
        f"tensor {quoted(name)} has the shape {shape_text(shape)}, which are not {what}: {reason}"
    )


def ends_of(pair: Pair, shapes: Mapping[str, tuple[int, ...]], transposed: bool) -> Ends:
    """Return the numbers of inputs and neurons of a layer; transposed: one column per neuron.

    A row of weights is of one neuron, or of as many as there are biases, with one input each.

    Parameters
    ----------
    pair
        Its weights and bias.
    shapes
        Of all arrays, as the file has them.
    transposed
        Whether matrices have one column per neuron.

    Returns
    -------
    Ends
    """
    shape = shapes[pair.weights]
    if len(shape) == 1:
        shape = (1, *shape) if pair.bias is None or shapes[pair.bias] == (1,) else (*shape, 1)
        transposed = False
    rows, columns = shape
    return (rows, columns) if transposed else (columns, rows)


def orders_of(pairs: Sequence[Pair], ends: Sequence[Ends]) -> list[list[int]]:
    """Return up to two orders of the layers, as indices, in which each fits the one before.

    Layers whose names differ only in their numbers are ordered by these; a layer named as the first
    or the last one is that. The given order comes first if it is valid.

    Parameters
    ----------
    pairs
        Weights and bias of each layer.
    ends
        Where the names end.

    Returns
    -------
    list[list[int]]

    Raises
    ------
    ValueError
        When there are too many possibilities to search.
    """
    precede = _before(pairs)
    found: list[list[int]] = []
    for steps, order in enumerate(_walks(ends, precede)):
        if order is not None:
            found.append(order)
        if len(found) == 2:
            break
        if steps > _MAX_STEPS:
            raise ValueError("the names of the layers do not show their order")
    return found


def _before(pairs: Sequence[Pair]) -> list[int]:
    """For every layer the set of those that must come before it, as bits."""
    ranks = {-1: 0, 0: 0, 1: 0}
    families: dict[tuple[str, ...], list[int]] = {}
    for index, pair in enumerate(pairs):
        ranks[pair.rank] |= 1 << index
        families.setdefault(pair.family, []).append(index)
    lower = {-1: 0, 0: ranks[-1], 1: ranks[-1] | ranks[0]}
    before = [lower[pair.rank] for pair in pairs]
    for members in families.values():
        members.sort(key=lambda index: pairs[index].numbers)
        for previous, index in pairwise(members):
            before[index] |= 1 << previous
    return before


def _walks(ends: Sequence[Ends], before: Sequence[int]) -> Iterator[list[int] | None]:
    """Yield every order in which all layers fit, and None for each step in between."""
    turns = [iter(range(len(ends)))]
    order: list[int] = []
    taken = 0
    while turns:
        index = next(turns[-1], None)
        if index is None:
            turns.pop()
            if order:
                taken ^= 1 << order.pop()
            continue
        yield None
        if taken >> index & 1 or before[index] & ~taken:
            continue
        if order and ends[order[-1]][1] != ends[index][0]:
            continue
        if len(order) + 1 == len(ends):
            yield [*order, index]
            continue
        order.append(index)
        taken |= 1 << index
        turns.append(iter(range(len(ends))))
