"""Changes of the list of samples and of names, each a frozen value; see `engine.edits`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.activations import FloatArray
from engine.arrays import changed_at, read_only
from engine.derived_inputs import check_base_feature, plain_names
from engine.edits import Edit, check_index, layer_at
from engine.parameters import neuron_name
from engine.restore import restoring
from engine.session import Session
from engine.targets import UNSET
from engine.text import printable


@dataclass(frozen=True, eq=False, slots=True)
class AddSample:
    """Put a sample before the one at this index (or at the end).

    inputs: (n_features,), in which derived features may be left out. targets: (n_outputs,), NaN
    where one is not set, or None for none. is_test: whether it belongs to the test set, which
    stands at the end; None to tell it from the place, a training sample between the two.
    """

    sample: int
    inputs: FloatArray
    targets: FloatArray | None = None
    is_test: bool | None = None

    def __post_init__(self) -> None:
        for name in ("inputs", "targets"):
            row = getattr(self, name)
            if row is not None:
                object.__setattr__(self, name, read_only(row, f"{name} of the new sample", 1))

    def apply(self, session: Session) -> Session:
        check_index(self.sample, session.n_samples + 1, "place")
        is_test = self.sample > session.n_train if self.is_test is None else self.is_test
        if self.sample < session.n_train if is_test else self.sample > session.n_train:
            raise ValueError(
                f"place {self.sample + 1} is among the {'training' if is_test else 'test'} samples"
            )
        row = _with_derived_cells(session, self.inputs)
        new = UNSET if self.targets is None else self.targets
        if self.targets is not None:
            _check_length(self.targets, session.network.n_outputs, "targets", "output")
        targets = np.insert(session.targets_or_unset, self.sample, new, axis=0)
        inputs = np.insert(session.inputs, self.sample, row, axis=0)
        return session.evolve(inputs=inputs, targets=targets, n_test=session.n_test + is_test)

    def inverse(self, session: Session) -> Edit:
        return RemoveSample(self.sample) if session.inputs_given else restoring(session, self)

    def describe(self, session: Session) -> str:
        return f"sample {self.sample + 1} added"


@dataclass(frozen=True, eq=False, slots=True)
class SetSample:
    """Set all inputs of one sample, (n_features,).

    Derived features follow: they may be left out, be as they are, or be what they become.
    """

    sample: int
    inputs: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", read_only(self.inputs, "inputs of the sample", 1))

    def apply(self, session: Session) -> Session:
        check_index(self.sample, session.n_samples, "sample")
        row = _with_derived_cells(session, self.inputs)
        changed = session.evolve(inputs=changed_at(session.inputs, self.sample, row))
        for feature in range(session.n_base_features, len(self.inputs)):
            allowed = session.inputs[self.sample, feature], changed.inputs[self.sample, feature]
            if self.inputs[feature] not in allowed:
                check_base_feature(session, feature)
        return changed

    def inverse(self, session: Session) -> Edit:
        if not session.inputs_given:
            return restoring(session, self)
        return SetSample(self.sample, session.inputs[self.sample])

    def describe(self, session: Session) -> str:
        return f"inputs of sample {self.sample + 1} set"


@dataclass(frozen=True, slots=True)
class RemoveSample:
    """Take a sample away, with its targets."""

    sample: int

    def apply(self, session: Session) -> Session:
        check_index(self.sample, session.n_samples, "sample")
        if session.n_samples == 1:
            raise ValueError("a session needs at least one sample; this is the only one")
        is_test = self.sample >= session.n_train
        if session.n_train == 1 and not is_test:
            raise ValueError("this is the only sample to train on; the others are the test set")
        targets = session.targets
        if targets is not None:
            targets = np.delete(targets, self.sample, axis=0)
        return session.evolve(
            inputs=np.delete(session.inputs, self.sample, axis=0),
            targets=targets,
            n_test=session.n_test - is_test,
        )

    def inverse(self, session: Session) -> AddSample:
        targets = session.targets
        return AddSample(
            self.sample,
            session.inputs[self.sample],
            None if targets is None else targets[self.sample],
            self.sample >= session.n_train,
        )

    def describe(self, session: Session) -> str:
        return f"sample {self.sample + 1} removed"


@dataclass(frozen=True, slots=True)
class Rename:
    """Give another name to the title, the note, a layer, an input or a class.

    index: which layer, input or class, from 0. An empty name takes the name of a layer, the title
    or the note away; inputs and classes fall back to the plain name. Control characters are
    dropped.
    """

    what: Literal["title", "note", "layer", "feature", "class"]
    name: str
    index: int = 0

    def apply(self, session: Session) -> Session:
        name = printable(self.name).strip()
        network = session.network
        match self.what:
            case "title" | "note":
                return session.evolve(**{self.what: name or None})
            case "layer":
                layer = layer_at(session, self.index).renamed(name or None)
                return session.evolve(
                    network=network.replace_layers(self.index, self.index + 1, [layer])
                )
            case "feature":
                check_index(self.index, network.n_features, "input")
                check_base_feature(session, self.index, "the name of ")
                plain = list(plain_names(network.n_features))
                features = list(session.features or plain)
                features[self.index] = name or plain[self.index]
                return session.evolve(features=None if features == plain else tuple(features))
            case "class":
                plain = _plain_classes(session)
                classes = list(session.classes or plain)
                check_index(self.index, len(classes), "class")
                classes[self.index] = name or plain[self.index]
                return session.evolve(classes=None if classes == plain else tuple(classes))

    def inverse(self, session: Session) -> Edit:
        return restoring(session, self)

    def describe(self, session: Session) -> str:
        place = "" if self.what in ("title", "note") else f" {self.index + 1}"
        what = "input" if self.what == "feature" else self.what
        return f"{what}{place} renamed"


def _plain_classes(session: Session) -> list[str]:
    """What the classes are called without names: 0 and 1 of one output, else the outputs."""
    if session.network.n_outputs == 1:
        return ["0", "1"]
    last = len(session.network.layers) - 1
    return [neuron_name(session.network, last, output) for output in range(session.n_classes)]


def _with_derived_cells(session: Session, row: FloatArray) -> FloatArray:
    """The inputs of a sample, (n_features,), which may lack those that are computed anyway."""
    if session.derived and len(row) == session.n_base_features:
        return np.concatenate([row, np.zeros(len(session.derived))])
    _check_length(row, session.network.n_features, "inputs", "input")
    return row


def _check_length(row: FloatArray, expected: int, name: str, each: str) -> None:
    if len(row) != expected:
        raise ValueError(
            f"{name} of the new sample: {len(row)} numbers, expected {expected}, "
            f"one for each {each}"
        )
