"""What reading a file returns, and what the user can say about the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.nn.activations import Activation
from engine.nn.values import Value
from engine.session.session import Session
from engine.text import printable, quoted

MAX_PARAMETERS = 6_000_000
"""The maximum number of weights and biases that are opened: 48 MB as float64."""

_MAX_EXAMPLE_LENGTH = 4
_MAX_NAMED = 6
_MAX_LISTED = 12


@dataclass(frozen=True, eq=False, repr=False)
class Reading(Value):
    """A session read from a file.

    Parameters
    ----------
    session
        The network with its samples, targets and names.
    notes
        One line for each thing that was folded, ignored or assumed.
    dtype
        That of the file's numbers, such as "float32"; the session holds them as float64, which is
        exact.
    is_part
        Whether layers of the file were left out by choice, so that it must not be written over.
    """

    session: Session
    notes: tuple[str, ...] = ()
    dtype: str = "float64"
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says about a file that does not say it itself.

    Parameters
    ----------
    activations
        One for each layer.
    transposed
        True when matrices have one column per neuron, (n_inputs, n_neurons), False when one row.
    layers
        The names of the layers in their order.
    output
        The name of the output to open, of a model that has several.
    """

    activations: tuple[Activation, ...] | None = None
    transposed: bool | None = None
    layers: tuple[str, ...] | None = None
    output: str | None = None

    def refuse_activations(self) -> None:
        """Raise ValueError when activations are given to a file that has its own."""
        if self.activations is not None:
            raise ValueError("has its own activations; leave --activations out")

    def refuse_all(self) -> None:
        """Raise ValueError when options are given for a file that needs none."""
        self.refuse_activations()
        if self.transposed is not None:
            raise ValueError("has its own matrix orientation; leave --transposed out")
        if self.layers is not None:
            raise ValueError("has its own order of layers; leave --layers out")


class ActivationsUnknownError(ValueError):
    """The file has weights but no activations: n_layers of them must be given."""

    def __init__(self, n_layers: int) -> None:
        self.n_layers = n_layers
        example = ["relu"] * min(n_layers - 1, _MAX_EXAMPLE_LENGTH)
        more = [] if n_layers - 1 <= _MAX_EXAMPLE_LENGTH else ["…"]
        layers = f"each of the {n_layers} layers" if n_layers > 1 else "the layer"
        super().__init__(
            f"does not say its activations; give one for {layers}, "
            f"as in --activations {','.join([*example, *more, 'identity'])}"
        )


class OutputUnknownError(ValueError):
    """Several outputs are those of networks: one must be given.

    Parameters
    ----------
    outputs
        The name of each, and how many numbers it is, None where that was not found out.
    """

    def __init__(self, outputs: Sequence[tuple[str, int | None]]) -> None:
        self.outputs = tuple(outputs)
        listed = [
            quoted(name) + ("" if size is None else f" ({size:,} number{'s' * (size != 1)})")
            for name, size in self.outputs[:_MAX_LISTED]
        ]
        more = ["…"] if len(self.outputs) > _MAX_LISTED else []
        super().__init__(
            f"has {len(self.outputs):,} outputs to choose from, {', '.join([*listed, *more])}; "
            f"give one with --output NAME"
        )


class OrientationUnknownError(ValueError):
    """The shapes fit both ways: whether rows or columns are neurons must be given."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place}: its shape does not show whether rows or columns are neurons; give "
            f"--not-transposed for one row per neuron, --transposed for one column per neuron"
        )


class OrderUnknownError(ValueError):
    """Names and shapes leave the order of layers open: it must be given.

    orders: two of the orders that fit, each the names of the layers.
    """

    def __init__(self, orders: Sequence[Sequence[str]]) -> None:
        self.orders = [tuple(order) for order in orders]
        first, second = (
            f"--layers {','.join(printable(name) for name in order[:_MAX_NAMED])}"
            + ("…" if len(order) > _MAX_NAMED else "")
            for order in self.orders
        )
        super().__init__(
            f"names and shapes leave the order of layers open: give {first} or {second}"
        )


class NetworkUnknownError(ValueError):
    """The file holds several networks: the module of one must be given.

    modules: their names, such as actor and critic.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = tuple(modules)
        ways = [f"--layers {printable(name)}" for name in self.modules[:_MAX_NAMED]]
        more = ", …" * (len(self.modules) > _MAX_NAMED)
        super().__init__(
            f"holds {len(self.modules):,} networks; give one of them: {' or '.join(ways)}{more}"
        )


def activations_for(n_layers: int, given: Sequence[Activation] | None) -> tuple[Activation, ...]:
    """Return the activations given.

    They are never guessed: relu and tanh give different answers with the same weights.

    Parameters
    ----------
    n_layers
        How many layers the file has.
    given
        What the user says, None for nothing.

    Returns
    -------
    tuple[Activation, ...]

    Raises
    ------
    ActivationsUnknownError
        When there are none.
    ValueError
        Unless there is one for each layer.
    """
    if given is None:
        raise ActivationsUnknownError(n_layers)
    if len(given) != n_layers:
        raise ValueError(
            f"{len(given)} activation{'s' * (len(given) != 1)} given, expected {n_layers}, "
            f"one for each layer"
        )
    return tuple(given)


def check_count(n_parameters: int, most: int = MAX_PARAMETERS) -> None:
    """Raise ValueError when there are more numbers than are opened.

    Parameters
    ----------
    n_parameters
        How many weights and biases.
    most
        The most that are opened.
    """
    if n_parameters > most:
        raise ValueError(f"{n_parameters:,} numbers; at most {most:,} are opened as a network")


def no_bias_note(number: int) -> str:
    """Return the note about a layer, counted from 1, without a bias in the file.

    Parameters
    ----------
    number
        That of the layer, from 1.

    Returns
    -------
    str
    """
    return f"layer {number} has no bias in the file: taken as 0"
