"""Edits of the list of samples: add, remove or set one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.edits.base import Edit
from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray, changed_at, read_only
from engine.nn.targets import UNSET
from engine.nn.values import Value
from engine.session.derived import check_base_feature
from engine.session.session import Session


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class AddSample(Value, Edit):
    """Insert a sample before the one at this index (or at the end).

    Parameters
    ----------
    sample
        The index of the sample, from 0.
    inputs
        (n_features,), in which derived features may be left out.
    targets
        (n_outputs,), NaN where one is not set, or None for none.
    is_test
        Whether it belongs to the test set, which comes last; None to infer it from the index, with
        a training sample on the boundary.
    """

    sample: int
    inputs: FloatArray
    targets: FloatArray | None = None
    is_test: bool | None = None

    def __post_init__(self) -> None:
        check_type(self.is_test, bool | None, "is_test")
        for name in ("inputs", "targets"):
            row = getattr(self, name)
            if row is not None or name == "inputs":
                object.__setattr__(self, name, read_only(row, f"{name} of the new sample", 1))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
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
        return RemoveSample(self.sample) if session.inputs_given else Edit.inverse(self, session)

    def describe(self, session: Session) -> str:
        return f"sample {self.sample + 1} added"


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetSample(Value):
    """Set all inputs of one sample.

    Derived features follow: they may be left out, or have their old or their new values.

    Parameters
    ----------
    sample
        The index of the sample, from 0.
    inputs
        (n_features,), with or without those that are derived.
    """

    sample: int
    inputs: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", read_only(self.inputs, "inputs of the sample", 1))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
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
            return Edit.inverse(self, session)
        return SetSample(self.sample, session.inputs[self.sample])

    def describe(self, session: Session) -> str:
        return f"inputs of sample {self.sample + 1} set"


@dataclass(frozen=True, slots=True)
class RemoveSample:
    """Remove a sample, with its targets.

    Parameters
    ----------
    sample
        The index of the sample, from 0.
    """

    sample: int

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
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


def _with_derived_cells(session: Session, row: FloatArray) -> FloatArray:
    """The inputs of a sample, (n_features,), with 0 for derived ones that were left out."""
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
