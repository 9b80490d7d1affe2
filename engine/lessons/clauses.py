"""The clauses of conditions: on answers and outputs, on numbers inside, on the structure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.formulas import Formula
from engine.lessons.bounds import Bound
from engine.lessons.conditions import Moment, Result
from engine.lessons.figures import Figure, figure, shape_of
from engine.lessons.references import (
    LayerReference,
    NeuronReference,
    Reference,
    neuron_in,
    reference_in,
)
from engine.nn.arrays import FloatArray
from engine.nn.parameters import (
    Bias,
    Input,
    Parameter,
    Weight,
    parameter_code,
    parse_parameter,
)
from engine.nn.values import Value, same_content
from engine.session.metrics import THRESHOLD
from engine.session.names import output_name, parameter_name, parameter_value
from engine.session.prediction import answer, prediction
from engine.session.session import Session
from engine.text import format_given, format_number

TOLERANCE = 5e-5
"""How far off a number may be unless a condition says: what the screen shows is then the same."""

SAME_TOLERANCE = 1e-9
"""How far off outputs may be that are the same, after sums in another order."""

_NEURON_FIGURE = re.compile(r"([ho]\d+(?:\.\d+)?)\.([a-z]+)(?:@(\d+))?", re.ASCII)
_NEURON_NAME = re.compile(r"[ho]\d+(?:\.\d+)?", re.ASCII)
_MAX_LISTED = 6
"""With more inputs a sample is named by its number."""
_MAX_POINTS = 2_000
_POINTS_OF_A_LINE = 201


# The outputs


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Answers(Value):
    """The answers that are wanted: names of classes, or numbers.

    Parameters
    ----------
    wanted
        One for each sample; None for any. A list for several yes/no outputs.
    inputs
        (n, n_features) to ask for instead of the session's own samples.
    """

    wanted: tuple[str | int | float | list[int] | None, ...]
    inputs: FloatArray | None = None

    def check(self, at: Moment) -> Result:
        rows, outputs = _asked(at.session, self.inputs, len(self.wanted))
        result = Result(True, "", "", "every answer is as wanted")
        for place, wanted in enumerate(self.wanted):
            found = _answer(at.session, outputs[place])
            if at.session.task == "multiclass" and isinstance(wanted, int):
                wanted = output_name(at.session, wanted)
            if wanted is not None and not _is_answer(found, wanted):
                return _unlike(f"answer for {_named(rows, place)}", _text(found), _text(wanted))
        return result


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Outputs(Value):
    """The outputs that are wanted, each a number or a bound.

    Parameters
    ----------
    wanted
        For each sample one bound for each output; None for any.
    inputs
        (n, n_features) to ask for instead of the session's own samples.
    """

    wanted: tuple[tuple[Bound | None, ...], ...]
    inputs: FloatArray | None = None

    def check(self, at: Moment) -> Result:
        rows, outputs = _asked(at.session, self.inputs, len(self.wanted))
        needs_start = any(bound and bound.needs_start for row in self.wanted for bound in row)
        before = _asked(at.start, self.inputs, len(self.wanted))[1] if needs_start else None
        for place, bounds in enumerate(self.wanted):
            if len(bounds) != outputs.shape[1]:
                raise ValueError(f"{outputs.shape[1]} outputs, {len(bounds)} are wanted")
            for output, bound in enumerate(bounds):
                value = float(outputs[place, output])
                at_start = None if before is None else float(before[place, output])
                if bound is not None and not bound.holds(value, at_start):
                    which = f"output {output + 1}" if len(bounds) > 1 else "output"
                    what = f"{which} for {_named(rows, place)}"
                    return _unlike(what, format_number(value), bound.words(at_start))
        return Result(True, "", "", "every output is as wanted")


@dataclass(frozen=True, slots=True)
class TruthTable:
    """The answers to every row of 0 and 1, counted up in binary: yes from 0.5 up.

    Parameters
    ----------
    wanted
        2^n_features answers, 0 or 1.
    name
        Its name, such as "xor", or "".
    """

    wanted: tuple[int, ...]
    name: str = ""

    def check(self, at: Moment) -> Result:
        n_features = at.session.network.n_features
        if len(self.wanted) != 2**n_features or at.session.network.n_outputs != 1:
            raise ValueError(
                f"a truth table of {len(self.wanted)} rows does not fit {n_features} inputs and "
                f"{at.session.network.n_outputs} outputs"
            )
        rows = np.array(list(itertools.product((0.0, 1.0), repeat=n_features)))
        outputs = at.session.network(rows)[:, 0]
        for place, wanted in enumerate(self.wanted):
            found = int(outputs[place] >= THRESHOLD)
            if np.isnan(outputs[place]) or found != wanted:
                return _unlike(f"answer for {_named(rows, place)}", str(found), str(wanted))
        return Result(True, "", "", f"every answer is that of {self.name or 'the table'}")


@dataclass(frozen=True, slots=True)
class Matches:
    """An output that follows a formula of the inputs over a range.

    Parameters
    ----------
    formula
        Of x1, x2 …
    low, high
        The range of every input.
    tolerance
        How far off it may be anywhere.
    output
        Its index, from 0.
    """

    formula: Formula
    low: float
    high: float
    tolerance: float
    output: int = 0

    def check(self, at: Moment) -> Result:
        points = grid(at.session.network.n_features, self.low, self.high)
        names = [f"x{feature + 1}" for feature in range(points.shape[1])]

        def column(name: str) -> FloatArray:
            if name not in names:
                raise ValueError(f"{self.formula.text}: the network has no input {name}")
            return points[:, names.index(name)]

        wanted = np.broadcast_to(self.formula.value(column), len(points))
        if self.output >= at.session.network.n_outputs:
            raise ValueError(f"the network has no output {self.output + 1}")
        found = at.session.network(points)[:, self.output]
        with np.errstate(all="ignore"):
            off = np.where(np.isfinite(found), np.abs(found - wanted), np.inf)
        worst = int(np.argmax(off))
        if Bound("<=", self.tolerance).holds(float(off[worst])):
            return Result(True, "", self.formula.text, f"the output follows {self.formula.text}")
        value, right = format_number(float(found[worst])), format_number(float(wanted[worst]))
        return _unlike(f"output for {_named(points, worst)}", value, right)


@dataclass(frozen=True, slots=True)
class SameOutputs:
    """The same outputs as at the start for the same inputs: the samples, or a whole range."""

    tolerance: float
    low: float | None = None
    high: float | None = None

    def check(self, at: Moment) -> Result:
        rows = at.start.inputs
        if self.low is not None and self.high is not None:
            rows = grid(at.start.network.n_features, self.low, self.high)
        if rows.shape[1] != at.session.network.n_features:
            raise ValueError("the network has other inputs than at the start")
        before, after = at.start.network(rows), at.session.network(rows)
        if before.shape != after.shape:
            raise ValueError("the network has other outputs than at the start")
        with np.errstate(all="ignore"):
            off = np.where(before == after, 0.0, np.abs(after - before))
        off = np.where(np.isnan(off), np.inf, off).max(axis=1)
        worst = int(np.argmax(off))
        if off[worst] <= self.tolerance:
            return Result(True, "", "", "the outputs are those of the start")
        output = int(np.argmax(np.abs(after[worst] - before[worst])))
        value, right = (format_number(float(one[worst, output])) for one in (after, before))
        return _unlike(f"output for {_named(rows, worst)}", value, f"{right} as at the start")


# Numbers inside


@dataclass(frozen=True, slots=True)
class Is:
    """A figure of the session, such as "h1.z", "W1[1,2]" or "loss", within a bound.

    Parameters
    ----------
    name
        As `engine.lessons.figures` reads it.
    bound
        What it has to be.
    label
        How a sentence names it; "" for the words of the screen.
    sample
        From 0; None for the step's.
    """

    name: str
    bound: Bound
    label: str = ""
    sample: int | None = None

    def check(self, at: Moment) -> Result:
        sample = at.sample if self.sample is None else self.sample
        found = figure(at.session, self.name, sample)
        label = self.label or _label(at.session, self.name)
        before: float | None = None
        if self.bound.needs_start:
            before = figure(at.start, self.name, sample).value
        return _judged(label, found, self.bound, before)


@dataclass(frozen=True, slots=True)
class Done:
    """How many edits or epochs lie between the start and now."""

    what: Literal["edits", "epochs"]
    bound: Bound

    def check(self, at: Moment) -> Result:
        count = at.edits if self.what == "edits" else at.epochs
        label = "the number of edits" if self.what == "edits" else "the number of epochs trained"
        return _judged(label, Figure(float(count), f"{count:,}"), self.bound, None)


@dataclass(frozen=True, slots=True)
class On:
    """A neuron that is on for some samples, where the screen does not say "off".

    Parameters
    ----------
    name
        Of the neuron.
    for_samples
        How many samples it has to be on for.
    """

    name: str
    for_samples: Literal["some", "every", "no"]

    def check(self, at: Moment) -> Result:
        place = neuron_in(at.session.network, self.name)
        layer = at.session.trace.layers[place.layer_index]
        activation = at.session.network.layers[place.layer_index].activation
        is_on = ~activation.is_off(layer.pre_activations, layer.activations)[:, place.neuron]
        count, total = int(is_on.sum()), len(is_on)
        ok = {"some": count > 0, "every": count == total, "no": count == 0}[self.for_samples]
        value, wanted = f"{count} of {total}", f"{self.for_samples} sample"
        words = f"{self.name} is on for {value} samples"
        words += "" if ok else f", should be for {wanted}"
        return Result(ok, value, wanted, words)


@dataclass(frozen=True, slots=True)
class Equal:
    """Two neurons, or two other figures, that are equal for every sample."""

    first: str
    second: str
    tolerance: float

    def check(self, at: Moment) -> Result:
        one, other = (_for_every_sample(at.session, name) for name in (self.first, self.second))
        with np.errstate(all="ignore"):
            differ = ~(np.abs(one - other) <= self.tolerance)
        if differ.any():
            sample = int(np.argmax(differ))
            found, wanted = (format_number(float(values[sample])) for values in (one, other))
            named = _named(at.session.inputs, sample)
            words = f"{self.first} gives {found} for {named}, should be {wanted} as {self.second}"
            return Result(False, found, wanted, words)
        return Result(True, "", "", f"{self.first} and {self.second} are equal")


@dataclass(frozen=True, slots=True)
class Gives:
    """What a neuron gives for each sample.

    Parameters
    ----------
    name
        Of the neuron.
    wanted
        One bound for each sample.
    """

    name: str
    wanted: tuple[Bound, ...]

    def check(self, at: Moment) -> Result:
        if len(self.wanted) != at.session.n_samples:
            raise ValueError(
                f"there are {at.session.n_samples} samples, {len(self.wanted)} are wanted"
            )
        for sample, bound in enumerate(self.wanted):
            found = figure(at.session, f"{self.name}.a", sample)
            if found.value is None or not bound.holds(found.value):
                what = f"{self.name} for {_named(at.session.inputs, sample)}"
                return _unlike(what, found.text, bound.words())
        return Result(True, "", "", f"{self.name} gives what is wanted")


@dataclass(frozen=True, slots=True)
class Only:
    """No weight, bias or input but some is other than at the start.

    Parameters
    ----------
    names
        Of weights, biases and inputs, of neurons or of layers.
    """

    names: tuple[str, ...]

    def check(self, at: Moment) -> Result:
        result = Sizes(at.start.network.sizes).check(at)
        if not result.ok:
            return result
        allowed = {reference_in(at.start.network, name) for name in self.names}
        for parameter in changed(at.start, at.session):
            around: list[Reference] = [parameter]
            if not isinstance(parameter, Input):
                around.append(NeuronReference(parameter.layer_index, parameter.neuron))
                around.append(LayerReference(parameter.layer_index))
            if allowed.isdisjoint(around):
                return _changed_number(parameter, at)
        return Result(True, "", "", f"only {', '.join(self.names)} changed")


def changed(before: Session, after: Session) -> Iterator[Parameter]:
    """Yield the inputs that differ in any sample, then the weights and biases that do.

    Parameters
    ----------
    before, after
        Two sessions whose networks have the same sizes.
    """
    if before.inputs.shape == after.inputs.shape:
        for feature in np.flatnonzero((before.inputs != after.inputs).any(axis=0)).tolist():
            yield Input(feature)
    for layer_index, (old, new) in enumerate(
        zip(before.network.layers, after.network.layers, strict=True)
    ):
        for neuron, input in np.argwhere(old.weights != new.weights).tolist():
            yield Weight(layer_index, neuron, input)
        for (neuron,) in np.argwhere(old.bias != new.bias).tolist():
            yield Bias(layer_index, neuron)


def _changed_number(parameter: Parameter, at: Moment) -> Result:
    """The result for a number that should be as at the start."""
    sample = at.sample
    if isinstance(parameter, Input):
        differs = at.session.inputs[:, parameter.feature] != at.start.inputs[:, parameter.feature]
        sample = sample if differs[sample] else int(np.argmax(differs))
    value, before = (
        format_given(parameter_value(session, parameter, sample))
        for session in (at.session, at.start)
    )
    return _unlike(
        _label(at.session, parameter_code(parameter)), value, f"{before} as at the start"
    )


Part = Literal["inputs", "targets", "weights", "biases", "activations", "sizes", "outputs"]


@dataclass(frozen=True, slots=True)
class Same:
    """A part of the session that is as at the start."""

    part: Part

    def check(self, at: Moment) -> Result:
        now, start = at.session, at.start
        fine = Result(True, "", "", f"the {self.part} are as at the start")
        if self.part == "activations":
            return Activations(None).check(at)
        if self.part == "targets":
            if same_content(now.targets, start.targets):
                return fine
            return Result(False, "", "", "the targets are others than at the start")
        if self.part in ("sizes", "weights", "biases"):
            result = Sizes(start.network.sizes).check(at)
            if self.part == "sizes" or not result.ok:
                return result
        if self.part in ("inputs", "outputs") and now.inputs.shape != start.inputs.shape:
            return _unlike("the number of samples and inputs", _shape(now), _shape(start))
        if self.part == "outputs":
            return SameOutputs(SAME_TOLERANCE).check(at)
        kind = {"inputs": Input, "weights": Weight, "biases": Bias}[self.part]
        others = changed(start, now if kind is not Input else start.evolve(inputs=now.inputs))
        first = next((one for one in others if isinstance(one, kind)), None)
        return fine if first is None else _changed_number(first, at)


def _shape(session: Session) -> str:
    return "×".join(map(str, session.inputs.shape))


# The structure


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of the network: features, then the neurons of each layer."""

    wanted: tuple[int, ...]

    def check(self, at: Moment) -> Result:
        found, wanted = ("→".join(map(str, one)) for one in (at.session.network.sizes, self.wanted))
        return _compared("the network", found, wanted)


@dataclass(frozen=True, slots=True)
class Activations:
    """The activation of each layer, by name; None for those of the start."""

    wanted: tuple[str, ...] | None

    def check(self, at: Moment) -> Result:
        found = [layer.activation.text for layer in at.session.network.layers]
        wanted = self.wanted
        if wanted is None:
            wanted = tuple(layer.activation.text for layer in at.start.network.layers)
        if len(found) != len(wanted):
            return _unlike("the number of layers", str(len(found)), str(len(wanted)))
        for place, (one, other) in enumerate(zip(found, wanted, strict=True), start=1):
            if one != other:
                return _unlike(f"the activation of layer {place}", one, other)
        return Result(True, ", ".join(found), ", ".join(wanted), "the activations are as wanted")


@dataclass(frozen=True, slots=True)
class UsesActivations:
    """Activations of which some layer has each, or, with `only`, which alone are allowed."""

    names: tuple[str, ...]
    only: bool = False

    def check(self, at: Moment) -> Result:
        found = [layer.activation.name for layer in at.session.network.layers]
        value, wanted = ", ".join(found), " or ".join(self.names)
        if self.only:
            for place, name in enumerate(found, start=1):
                if name not in self.names:
                    return _unlike(f"the activation of layer {place}", name, wanted)
        for name in () if self.only else self.names:
            if name not in found:
                return Result(
                    False, value, name, f"the activations are {value}, one should be {name}"
                )
        return Result(True, value, wanted, "the activations are as wanted")


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of an array: x, W1, b1, z1 or a1."""

    name: str
    wanted: tuple[int, ...]

    def check(self, at: Moment) -> Result:
        found, wanted = (
            "×".join(map(str, one)) for one in (shape_of(at.session, self.name), self.wanted)
        )
        return _compared(f"the shape of {self.name}", found, wanted)


def grid(n_features: int, low: float, high: float) -> FloatArray:
    """Return evenly spaced points, (n_points, n_features), at most about two thousand.

    Parameters
    ----------
    n_features
        How many inputs.
    low, high
        The range of each.
    """
    n_a_side = _POINTS_OF_A_LINE
    while n_a_side > 2 and n_a_side**n_features > _MAX_POINTS:
        n_a_side -= 1 if n_a_side < 50 else 20
    if n_a_side**n_features > _MAX_POINTS:
        raise ValueError(f"{n_features} inputs are too many to try a range of each")
    axis = np.linspace(low, high, n_a_side)
    return np.stack(np.meshgrid(*[axis] * n_features, indexing="ij"), axis=-1).reshape(
        -1, n_features
    )


def _asked(
    session: Session, inputs: FloatArray | None, count: int
) -> tuple[FloatArray, FloatArray]:
    """The inputs that are asked for and the outputs for them, one row each."""
    if inputs is not None:
        if inputs.shape[1] != session.network.n_features:
            raise ValueError(
                f"the network has {session.network.n_features} inputs, {inputs.shape[1]} are given"
            )
        return inputs, session.network(inputs)
    if session.n_samples != count:
        raise ValueError(f"there are {session.n_samples} samples, {count} are wanted")
    return session.inputs, session.trace.outputs


def _answer(session: Session, outputs: FloatArray) -> object:
    """The answer for one sample: a class, or of a regression its output."""
    if session.task == "regression":
        return outputs.tolist() if len(outputs) > 1 else float(outputs[0])
    if session.task == "multiclass":
        return answer(session, outputs)
    return prediction(session, outputs)


def _is_answer(found: object, wanted: object) -> bool:
    if isinstance(found, float) and isinstance(wanted, int | float):
        return abs(found - wanted) <= TOLERANCE
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_is_answer, found, wanted))
    # A class may be asked for by its name where classes have names that are numbers.
    return found == wanted or (isinstance(found, str) and found == str(wanted))


def _named(rows: FloatArray, place: int) -> str:
    """A sample by its inputs, "(1, 1)", or by its number."""
    if rows.shape[1] > _MAX_LISTED:
        return f"sample {place + 1}"
    listed = ", ".join(format_given(float(value)) for value in rows[place])
    return f"({listed})" if rows.shape[1] > 1 else listed


def _text(answer: object) -> str:
    if isinstance(answer, list):
        return ", ".join(map(_text, answer))
    if isinstance(answer, int | float):
        return format_number(float(answer))
    return "unknown" if answer is None else str(answer)


def _for_every_sample(session: Session, name: str) -> FloatArray:
    """What a neuron gives, or another figure, (n_samples,)."""
    if _NEURON_NAME.fullmatch(name):
        place = neuron_in(session.network, name)
        column: FloatArray = session.trace.layers[place.layer_index].activations[:, place.neuron]
        return column
    values = [figure(session, name, sample).value for sample in range(session.n_samples)]
    if None in values:
        raise ValueError(f"{name} is no number here")
    return np.array(values, dtype=np.float64)


def _label(session: Session, name: str) -> str:
    """A figure as the screen names it: "the weight x1→o1", "the sum z of h1 for 0, 1"."""
    with suppress(ValueError):
        return f"the {parameter_name(session, parse_parameter(name, session.network))}"
    found = _NEURON_FIGURE.fullmatch(name)
    if found is None or found[2] not in _QUANTITIES:
        return name
    of_sample = "" if found[3] is None else f" for {_named(session.inputs, int(found[3]) - 1)}"
    return f"{_QUANTITIES[found[2]]} of {found[1]}{of_sample}"


_QUANTITIES = {"z": "the sum z", "a": "the out", "slope": "the slope"}


def _judged(label: str, found: Figure, bound: Bound, before: float | None) -> Result:
    if found.value is None:
        raise ValueError(f"{label} is no number here")
    wanted = bound.words(before, _percent if found.text.endswith("%") else format_given)
    ok = bound.holds(found.value, before)
    words = f"{label} is {found.text}" + ("" if ok else f", should be {wanted}")
    return Result(ok, found.text, wanted, words)


def _compared(label: str, found: str, wanted: str) -> Result:
    if found == wanted:
        return Result(True, found, wanted, f"{label} is {found}")
    return _unlike(label, found, wanted)


def _unlike(label: str, found: str, wanted: str) -> Result:
    return Result(False, found, wanted, f"{label} is {found}, should be {wanted}")


def _percent(value: float) -> str:
    return f"{format_given(100 * value)} %"
