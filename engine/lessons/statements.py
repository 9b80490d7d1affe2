"""Statements such as `W2[1,2] = -2` or `train 100 epochs`, with which a lesson changes a session.

Solutions and starts are written in them. The numbers are formulas, as on the screen, and may name
other numbers of the network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.edits.base import Edit
from engine.edits.features import SetDerived
from engine.edits.initialisation import RandomStart
from engine.edits.layers import SetActivation, SetMatrix, SetParameters, SetWeightRow
from engine.edits.numbers import SetTarget, set_parameter
from engine.edits.samples import AddSample, RemoveSample
from engine.edits.structure import AddLayer, AddNeuron, RemoveLayer, RemoveNeuron
from engine.edits.training import SetFrozen, SetTraining, toggle_number, unfreeze_all
from engine.formulas import parse_formula
from engine.lessons.figures import number
from engine.lessons.references import (
    LayerReference,
    NeuronReference,
    layer_in,
    neuron_in,
    reference_in,
)
from engine.nn.activations import activation
from engine.nn.initialisation import initialisation_named
from engine.nn.layer import everything_frozen, neurons_frozen
from engine.nn.parameters import Bias, Parameter, Weight, parse_parameter
from engine.session.session import Session
from engine.session.training import run_of
from engine.text import quoted
from engine.training.divergence import TrainingDiverged
from engine.training.settings import TrainingSettings

MAX_EPOCHS = 5_000
_MAX_UPDATES = 50_000
_MAX_WORK = 100_000_000
"""Samples times parameters times epochs. Each of both limits is about a second of training."""
_MAX_LENGTH = 400
_MAX_SAMPLES = 5_000

_ASSIGNMENT = re.compile(
    r"([WwBb]\d{1,6}(?:\[[\d\s,]+\])?|[XxYy]\d{1,6})\s*([-+*/]?)=\s*(.+?)"
    r"(?:\s+(?:in|of)\s+sample\s+(\d{1,6}))?",
    re.ASCII,
)
_ADD_NEURON = re.compile(r"add (?:a )?neuron to layer (\d{1,6})", re.ASCII)
_REMOVE = re.compile(r"remove (neuron )?([ho]\d{1,6}(?:\.\d{1,6})?)", re.ASCII)
_ADD_LAYER = re.compile(r"add (?:a )?layer (before|after) layer (\d{1,6})", re.ASCII)
_REMOVE_LAYER = re.compile(r"remove layer (\d{1,6})", re.ASCII)
_ACTIVATION = re.compile(r"activation of layer (\d{1,6})\s*=\s*(.+)", re.ASCII)
_ADD_SAMPLE = re.compile(r"add sample (\[.*?\])(?:\s*->\s*(\[.*\]))?", re.ASCII)
_REMOVE_SAMPLE = re.compile(r"remove sample (\d{1,6})", re.ASCII)
_RANDOM = re.compile(r"random start ([\w-]+(?:\([\d.]+\))?)(?:,? seed (\d{1,9}))?", re.ASCII)
_DATA = re.compile(r"data ([\w-]+)((?:, [^,]+)*)", re.ASCII)
_DATA_OPTION = re.compile(
    r"(\d{1,5}) samples|noise (\d{1,2})|test (\d{1,2})|seed (\d{1,9})|(standardi[sz]ed)", re.ASCII
)
_DERIVE = re.compile(r"derive (.+)")
_TRAIN = re.compile(r"train (\d{1,6}) (epochs?|steps?)", re.ASCII)
_FREEZE = re.compile(r"freeze (.+)", re.ASCII)
_UNFREEZE = re.compile("unfreeze all")
_SETTING = re.compile(
    r"(learning rate|batch size|optimi[sz]er|momentum|loss|l1|l2|seed|shuffle)\s*=\s*(.+)", re.ASCII
)

FORMS = (
    "W1[1,2] = -2",
    "b1[1] += 0.5",
    "W1[2] = [1, 0]",
    "W1 = [[1, 0], [0, 1]]",
    "x1 = 2",
    "x1 = 2 in sample 3",
    "y1 = 1 in sample 3",
    "activation of layer 1 = tanh",
    "add neuron to layer 1",
    "remove h2",
    "add layer after layer 1",
    "remove layer 2",
    "add sample [1, 2] -> [1]",
    "remove sample 2",
    "random start he, seed 3",
    "data spiral, 200 samples, noise 10, test 30, seed 1",
    "derive x1^2, x1*x2",
    "learning rate = 0.1",
    "freeze W1[1,2]",
    "unfreeze all",
    "train 100 epochs",
)
"""One example of every form."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was read.

    Parameters
    ----------
    text
        As it was written.
    epochs
        How many it trains for.
    trains
        Whether it trains, for an epoch or for less.
    """

    text: str
    _make: Callable[[Session, int], Edit]
    _place: Callable[[Session], Parameter | None]
    epochs: int = 0
    trains: bool = False

    def edit(self, session: Session, sample: int = 0) -> Edit:
        """Return the edit that it means for a session.

        Parameters
        ----------
        session
            The one before it.
        sample
            From 0, whose inputs and targets are meant where the statement does not say.

        Raises
        ------
        ValueError
            Naming the statement, when the session does not allow it.
        """
        try:
            return self._make(session, sample)
        except ValueError as error:
            raise ValueError(f"{self.text}: {error}") from None

    def apply(self, session: Session, sample: int = 0) -> Session:
        """Return the changed session.

        Parameters
        ----------
        session, sample
            As for `edit`.

        Raises
        ------
        ValueError
            Naming the statement, when the session does not allow it.
        """
        edit = self.edit(session, sample)
        try:
            return edit.apply(session)
        except ValueError as error:
            raise ValueError(f"{self.text}: {error}") from None

    def place(self, session: Session) -> Parameter | None:
        """Return the number that it is about, for the cursor to go to; None where there is none.

        Parameters
        ----------
        session
            The one before it.
        """
        try:
            return self._place(session)
        except ValueError:
            return None


def parse_statement(text: str) -> Statement:
    """Return the statement in a text.

    Parameters
    ----------
    text
        One of FORMS.

    Returns
    -------
    Statement

    Raises
    ------
    ValueError
        For anything else.
    """
    words = " ".join(text.split())
    if len(words) > _MAX_LENGTH:
        raise ValueError(
            f"a statement of {len(words):,} characters; at most {_MAX_LENGTH} are read"
        )
    for form, make in _READERS:
        if found := form.fullmatch(words):
            return make(words, found)
    raise ValueError(
        f"{quoted(words)} is no statement; expected one like {', '.join(FORMS[:6])}, "
        f"{FORMS[7]}, {FORMS[8]} or {FORMS[-1]}"
    )


def _nowhere(session: Session) -> None:
    return None


def _assignment(text: str, found: re.Match[str]) -> Statement:
    target, operator, right, sample_digits = found.groups()
    given = None if sample_digits is None else int(sample_digits) - 1
    if sample_digits is not None and target[0] not in "xXyY":
        raise ValueError(f"{quoted(text)}: only x and y belong to a sample")
    if right.startswith("["):
        if operator or target[0] in "xXyY":
            raise ValueError(f"{quoted(text)}: expected one number after the =")
        return _rows(text, target, _numbers(right, text))
    if target[0] in "WwBb" and "[" not in target:
        raise ValueError(
            f"{quoted(text)}: expected numbers in brackets, or one place as in W1[1,2]"
        )
    formula = parse_formula(f"{target} {operator} ({right})" if operator else right)

    def value(session: Session, sample: int) -> float:
        result = float(formula.value(lambda name: number(session, name, sample)))
        if not np.isfinite(result):
            raise ValueError("it has no value here")
        return result + 0.0

    if target[0] in "yY":
        output = int(target[1:]) - 1

        def set_target(session: Session, sample: int) -> Edit:
            sample = sample if given is None else given
            return SetTarget(sample, output, value(session, sample))

        return Statement(text, set_target, _nowhere)

    def set_number(session: Session, sample: int) -> Edit:
        sample = sample if given is None else given
        parameter = parse_parameter(target, session.network)
        return set_parameter(parameter, value(session, sample), sample)

    return Statement(text, set_number, lambda session: parse_parameter(target, session.network))


def _rows(text: str, target: str, numbers: list[object]) -> Statement:
    """A row of weights, a whole matrix or a whole bias."""
    found = re.fullmatch(r"([WwBb])(\d+)(?:\[\s*(\d+)\s*\])?", target, re.ASCII)
    if found is None or (found[1] in "bB" and found[3]):
        raise ValueError(f"{quoted(text)}: expected one number after the =")
    array = np.array(numbers, dtype=np.float64)

    def make(session: Session, sample: int) -> Edit:
        layer_index = layer_in(session.network, found[2])
        layer = session.network.layers[layer_index]
        if found[1] in "bB":
            return SetMatrix(layer_index, layer.weights, array)
        if found[3]:
            return SetWeightRow(layer_index, int(found[3]) - 1, array)
        return SetMatrix(layer_index, array)

    def place(session: Session) -> Parameter:
        layer_index = layer_in(session.network, found[2])
        if found[1] in "bB":
            return Bias(layer_index, 0)
        return Weight(layer_index, int(found[3] or 1) - 1, 0)

    return Statement(text, make, place)


def _numbers(text: str, statement: str) -> list[object]:
    """Nested lists of finite numbers."""
    try:
        numbers = json.loads(text)
        array = np.array(numbers, dtype=np.float64)
    except (ValueError, TypeError, RecursionError):
        array = np.array([np.nan])
    if array.ndim not in (1, 2) or not array.size or not np.isfinite(array).all():
        raise ValueError(f"{quoted(statement)}: expected numbers in brackets, as in [1, 0]")
    return list(numbers)


def _add_neuron(text: str, found: re.Match[str]) -> Statement:
    def make(session: Session, sample: int) -> Edit:
        layer_index = layer_in(session.network, found[1])
        return AddNeuron(layer_index, session.network.layers[layer_index].n_neurons)

    def place(session: Session) -> Parameter:
        layer_index = layer_in(session.network, found[1])
        return Weight(layer_index, session.network.layers[layer_index].n_neurons - 1, 0)

    return Statement(text, make, place)


def _remove_neuron(text: str, found: re.Match[str]) -> Statement:
    def make(session: Session, sample: int) -> Edit:
        neuron = neuron_in(session.network, found[2])
        return RemoveNeuron(neuron.layer_index, neuron.neuron)

    def place(session: Session) -> Parameter:
        neuron = neuron_in(session.network, found[2])
        return Weight(neuron.layer_index, neuron.neuron, 0)

    return Statement(text, make, place)


def _first_of(digits: str) -> Callable[[Session], Parameter]:
    return lambda session: Weight(layer_in(session.network, digits), 0, 0)


def _add_layer(text: str, found: re.Match[str]) -> Statement:
    def make(session: Session, sample: int) -> Edit:
        return AddLayer(layer_in(session.network, found[2]) + (found[1] == "after"))

    return Statement(text, make, _first_of(found[2]))


def _remove_layer(text: str, found: re.Match[str]) -> Statement:
    return Statement(
        text,
        lambda session, sample: RemoveLayer(layer_in(session.network, found[1])),
        _first_of(found[1]),
    )


def _set_activation(text: str, found: re.Match[str]) -> Statement:
    wanted = activation(found[2])
    return Statement(
        text,
        lambda session, sample: SetActivation(layer_in(session.network, found[1]), wanted),
        _first_of(found[1]),
    )


def _add_sample(text: str, found: re.Match[str]) -> Statement:
    inputs = np.array(_numbers(found[1], text), dtype=np.float64)
    targets = None if found[2] is None else np.array(_numbers(found[2], text), dtype=np.float64)
    return Statement(
        text, lambda session, sample: AddSample(session.n_train, inputs, targets, False), _nowhere
    )


def _remove_sample(text: str, found: re.Match[str]) -> Statement:
    return Statement(text, lambda session, sample: RemoveSample(int(found[1]) - 1), _nowhere)


def _random_start(text: str, found: re.Match[str]) -> Statement:
    name, seed = initialisation_named(found[1]), int(found[2] or 0)
    return Statement(text, lambda session, sample: RandomStart(name, seed), _nowhere)


def _data(text: str, found: re.Match[str]) -> Statement:
    given: dict[int, str] = {}
    for part in found[2].split(", ")[1:]:
        option = _DATA_OPTION.fullmatch(part)
        if option is None:
            raise ValueError(
                f"{quoted(text)}: {quoted(part)} is unknown; expected 200 samples, noise 10, "
                f"test 30, seed 1 or standardised"
            )
        assert option.lastindex is not None
        given[option.lastindex] = option[option.lastindex]
    n_samples, noise, test, seed = (int(given.get(place, 0)) for place in range(1, 5))
    if n_samples > _MAX_SAMPLES:
        raise ValueError(f"{quoted(text)}: at most {_MAX_SAMPLES:,} samples")

    def make(session: Session, sample: int) -> Edit:
        # Imported here, as few lessons need more samples than a handful.
        from engine.datasets import load_dataset
        from engine.edits.dataset import samples_of

        dataset = load_dataset(found[1], n_samples or None, noise, seed)
        return samples_of(
            dataset, noise=noise, seed=seed, test_percent=test, standardise=5 in given
        )

    return Statement(text, make, _nowhere)


def _derive(text: str, found: re.Match[str]) -> Statement:
    # Imported here, as few lessons derive features.
    from engine.datasets.features import parse_feature

    features = tuple(parse_feature(one) for one in found[1].split(","))
    return Statement(text, lambda session, sample: SetDerived(features), _nowhere)


def _setting(text: str, found: re.Match[str]) -> Statement:
    name, given = found[1].replace(" ", "_").replace("optimiser", "optimizer"), found[2]
    value: object = given
    if name in ("seed", "batch_size") and given != "all":
        value = int(given) if re.fullmatch(r"\d{1,9}", given, re.ASCII) else given
    elif name == "shuffle":
        value = {"yes": True, "true": True, "no": False, "false": False}.get(given, given)
    elif name not in ("optimizer", "loss", "batch_size"):
        value = parse_formula(given).number()
    changes: dict[str, Any] = {name: value}
    # A wrong value is told at once, whatever the network.
    replace(TrainingSettings(), **changes)

    def make(session: Session, sample: int) -> Edit:
        return SetTraining(replace(session.training or TrainingSettings(), **changes))

    return Statement(text, make, _nowhere)


def _freeze(text: str, found: re.Match[str]) -> Statement:
    def make(session: Session, sample: int) -> Edit:
        network = session.network
        reference = reference_in(network, found[1])
        match reference:
            case LayerReference(layer_index):
                layer = network.layers[layer_index]
                return SetFrozen(layer_index, everything_frozen(layer.n_neurons, layer.n_inputs))
            case NeuronReference(layer_index, neuron):
                layer = network.layers[layer_index]
                return SetFrozen(
                    layer_index, neurons_frozen(layer.n_neurons, layer.n_inputs, [neuron])
                )
            case Weight() | Bias():
                edit, freezes = toggle_number(session, reference)
                if not freezes:
                    raise ValueError("it is frozen already")
                return edit
        raise ValueError("expected a weight, a bias, a neuron or a layer")

    return Statement(text, make, _nowhere)


def _unfreeze(text: str, found: re.Match[str]) -> Statement:
    return Statement(text, lambda session, sample: unfreeze_all(session), _nowhere)


def _train(text: str, found: re.Match[str]) -> Statement:
    count, by_epochs = int(found[1]), found[2].startswith("epoch")
    if not 1 <= count <= MAX_EPOCHS:
        raise ValueError(f"{quoted(text)}: 1 to {MAX_EPOCHS:,} of them")

    def make(session: Session, sample: int) -> Edit:
        run = run_of(session, session.training or TrainingSettings())
        n_updates = count * run.n_steps if by_epochs else count
        work = n_updates / run.n_steps * run.n_samples * run.n_parameters
        if n_updates > _MAX_UPDATES or work > _MAX_WORK:
            raise ValueError("too much work for a lesson: fewer epochs, samples or neurons")
        try:
            for _ in range(count):
                if by_epochs:
                    run.run_epoch()
                else:
                    run.step()
        except TrainingDiverged:
            # The screen stops there, too.
            pass
        return SetParameters(run.network, f"trained for {count} {found[2]}")

    return Statement(text, make, _nowhere, count if by_epochs else 0, trains=True)


_READERS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Statement]], ...] = (
    (_ASSIGNMENT, _assignment),
    (_ADD_NEURON, _add_neuron),
    (_REMOVE, _remove_neuron),
    (_ADD_LAYER, _add_layer),
    (_REMOVE_LAYER, _remove_layer),
    (_ACTIVATION, _set_activation),
    (_ADD_SAMPLE, _add_sample),
    (_REMOVE_SAMPLE, _remove_sample),
    (_RANDOM, _random_start),
    (_DATA, _data),
    (_DERIVE, _derive),
    (_SETTING, _setting),
    (_TRAIN, _train),
    (_UNFREEZE, _unfreeze),
    (_FREEZE, _freeze),
)
