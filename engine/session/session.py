"""The whole document: a network, its samples, and the names of things."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.nn.arrays import FloatArray, first_not_finite, read_only
from engine.nn.losses import TASKS
from engine.nn.network import Network, Trace
from engine.nn.targets import UNSET, checked_targets, some_set
from engine.session.columns import names_with_derived, with_derived_columns

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature
    from engine.session.data_record import DataRecord
    from engine.training.settings import TrainingSettings

_QUICK_WORK = 2_000_000
"""Up to this many multiplications the whole batch is computed even for a single sample."""


@dataclass(frozen=True, eq=False)
class Session:
    """A network with its inputs, targets and names.

    inputs: (n_samples, n_features); one row of zeros if left out. targets: (n_samples, n_outputs),
    NaN where one is not set, or None for none. features: one name per input, or None. classes: one
    name per output, or for one binary output the names of 0 and 1, or None. declared_task: one of
    TASKS, or None to infer it from the last activation. known: the trace of the session this one
    was made from, until it has its own. inputs_given: False when the row of zeros was made up.
    n_test: number of samples at the end that are the test set, never trained on. data: where the
    samples came from. training: how to train. derived: how the last features follow from those
    before; they are computed here, and may be left out of `inputs` and `features`. Raises
    ValueError, naming the place, when shapes do not fit, a number is not finite, or a name is
    missing.
    """

    network: Network
    inputs: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    targets: FloatArray | None = None
    title: str | None = None
    note: str | None = None
    features: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    declared_task: str | None = None
    known: Trace | None = field(default=None, repr=False, compare=False)
    inputs_given: bool = True
    n_test: int = 0
    data: DataRecord | None = None
    training: TrainingSettings | None = None
    derived: tuple[DerivedFeature, ...] = ()

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "inputs", read_only(self.inputs, "inputs", 2))
        if self.inputs.shape == (0, 0):
            set_field(
                self, "inputs", read_only(np.zeros((1, self.network.n_features)), "inputs", 2)
            )
            set_field(self, "inputs_given", False)
        if self.targets is not None:
            set_field(self, "targets", read_only(self.targets, "targets", 2))
        for names in ("features", "classes"):
            if getattr(self, names) is not None:
                set_field(self, names, tuple(getattr(self, names)))
        if self.derived:
            self._derive()
        self._check_network()
        self._check_samples()
        self._check_names()
        self._check_data()

    def _derive(self) -> None:
        """Compute the derived features and their names from the given ones."""
        set_field = object.__setattr__
        set_field(self, "derived", tuple(self.derived))
        n_base, n_features = self.n_base_features, self.network.n_features
        if n_base < 1:
            raise ValueError(
                f"derived: {len(self.derived)} features, but the network reads {n_features} in "
                f"all; at least one must be given"
            )
        for number, feature in enumerate(self.derived, start=1):
            if feature.of[-1] >= n_base:
                raise ValueError(
                    f"derived[{number}]: {feature.text}: there is no x{feature.of[-1] + 1}, "
                    f"the given features are x1 to x{n_base}"
                )
            if feature in self.derived[: number - 1]:
                raise ValueError(f"derived[{number}]: {feature.text} is there already")
        if self.features is None or len(self.features) in (n_base, n_features):
            names = names_with_derived(self.features, self.derived, n_base)
            set_field(self, "features", names)
        # The inputs of the session this one was made from are already up to date.
        known_inputs = None if self.known is None else self.known.inputs
        if self.inputs is not known_inputs and self.inputs.shape[1] in (n_base, n_features):
            set_field(self, "inputs", with_derived_columns(self.inputs, self.derived, n_base))

    def _check_network(self) -> None:
        for number, layer in enumerate(self.network.layers, start=1):
            if layer.not_finite:
                raise ValueError(f"layer {number}: {layer.not_finite} is not a finite number")

    def _check_samples(self) -> None:
        n_samples, n_columns = self.inputs.shape
        if not n_samples:
            raise ValueError("inputs: expected at least one sample")
        if n_columns != self.network.n_features:
            raise ValueError(
                f"inputs: each sample has {n_columns} numbers, expected {self.n_base_features}, "
                f"one for each weight of a neuron of layer 1"
                + (", without those of derived features" if self.derived else "")
            )
        expected = (n_samples, self.network.n_outputs)
        if self.targets is not None and self.targets.shape != expected:
            rows, columns = self.targets.shape
            raise ValueError(
                f"targets: {rows} rows of {columns} numbers, expected {expected[0]} rows "
                f"(one for each sample) of {expected[1]} (one for each output)"
            )
        known_inputs = None if self.known is None else self.known.inputs
        # The inputs of the session this one was made from have been checked.
        place = None if self.inputs is known_inputs else first_not_finite(self.inputs)
        if place is not None:
            row, column = place
            if column >= self.n_base_features:
                text = self.derived[column - self.n_base_features].text
                raise ValueError(f"inputs[{row + 1}]: {text} is too large a number")
            raise ValueError(f"inputs[{row + 1}][{column + 1}] is not a finite number")
        if self.targets is not None and first_not_finite(self.targets) is not None:
            object.__setattr__(self, "targets", checked_targets(self.targets))

    def _check_names(self) -> None:
        if self.declared_task is not None and self.declared_task not in TASKS:
            raise ValueError(
                f"task {self.declared_task!r} is unknown; expected one of {', '.join(TASKS)}"
            )
        if self.task == "multiclass" and self.network.n_outputs < 2:
            raise ValueError("task multiclass needs at least two outputs, the network has one")
        if self.features is not None and len(self.features) != self.network.n_features:
            raise ValueError(
                f"features: {len(self.features)} names, expected {self.network.n_features}, "
                f"one for each input"
            )
        if self.classes is not None and len(self.classes) not in (
            self.n_classes,
            self.network.n_outputs,
        ):
            raise ValueError(f"classes: {len(self.classes)} names, expected {self.n_classes}")

    def _check_data(self) -> None:
        if not 0 <= self.n_test < self.n_samples:
            raise ValueError(
                f"{self.n_test} of {self.n_samples} samples as the test set; expected 0 to "
                f"{self.n_samples - 1}, so that some are left to train on"
            )
        record = self.data
        if record is not None and record.standardisation is not None:
            count = len(record.standardisation.mean)
            if count != self.n_base_features:
                raise ValueError(
                    f"data: mean and scale of {count} features, expected {self.n_base_features}"
                )
        if record is not None and record.preparation is not None:
            count = record.preparation.n_inputs
            if count != self.n_base_features:
                raise ValueError(
                    f"data.columns: they make {count} inputs, expected {self.n_base_features}"
                )

    @property
    def task(self) -> str:
        """The declared task, or the one that the last activation suggests."""
        if self.declared_task is not None:
            return self.declared_task
        name = self.network.layers[-1].activation.name
        if name in ("sigmoid", "step") and self.network.n_outputs == 1:
            return "binary"
        if name == "softmax" and self.network.n_outputs > 1:
            return "multiclass"
        return "regression"

    @property
    def n_samples(self) -> int:
        return int(self.inputs.shape[0])

    @property
    def n_train(self) -> int:
        """How many samples are for training: the first ones, before the test set."""
        return self.n_samples - self.n_test

    @property
    def targets_or_unset(self) -> FloatArray:
        """(n_samples, n_outputs), NaN where one is not set, even when none is."""
        if self.targets is None:
            return np.full((self.n_samples, self.network.n_outputs), UNSET)
        return self.targets

    @property
    def training_inputs(self) -> FloatArray:
        """(n_train, n_features)."""
        return self.inputs[: self.n_train]

    @property
    def training_targets(self) -> FloatArray | None:
        """(n_train, n_outputs), NaN where one is not set, or None when none is."""
        return None if self.targets is None else some_set(self.targets[: self.n_train])

    @property
    def test_inputs(self) -> FloatArray | None:
        """(n_test, n_features), or None without a test set."""
        return self.inputs[self.n_train :] if self.n_test else None

    @property
    def test_targets(self) -> FloatArray | None:
        """(n_test, n_outputs), NaN where one is not set; None without a test set or targets."""
        if self.targets is None or not self.n_test:
            return None
        return self.targets[self.n_train :]

    @property
    def n_base_features(self) -> int:
        """How many features are given; the others are derived from them."""
        return self.network.n_features - len(self.derived)

    @property
    def n_classes(self) -> int:
        """How many classes the outputs distinguish: two (0 and 1) for one output, else one each."""
        return 2 if self.network.n_outputs == 1 else self.network.n_outputs

    @cached_property
    def trace(self) -> Trace:
        """The forward pass of all samples, cached; layers before the first change are reused."""
        trace = self.network.forward(self.inputs, known=self.known)
        object.__setattr__(self, "known", None)
        return trace

    def sample_trace(self, sample: int) -> Trace:
        """Return the forward pass of one sample, from 0, with one row in each array.

        In a large batch that row is computed alone, so as not to wait for the others. Raises
        ValueError for a sample that does not exist.
        """
        if not 0 <= sample < self.n_samples:
            raise ValueError(
                f"sample {sample + 1} does not exist; they count from 1 to {self.n_samples}"
            )
        work = self.n_samples * self.network.n_parameters
        if "trace" in self.__dict__ or work <= _QUICK_WORK:
            return self.trace.sample(sample)
        return self.network.forward(self.inputs[sample])

    def evolve(self, **changes: Any) -> Session:
        """Return the session with the given fields changed; what did not change is shared.

        Inputs that are set count as given, unless inputs_given is set too.
        """
        if "inputs" in changes:
            changes.setdefault("inputs_given", True)
        known = self.__dict__.get("trace", self.known)
        if "derived" in changes:
            # The known inputs hold the old derived features.
            known = None
        return dataclasses.replace(self, **changes, known=known)
