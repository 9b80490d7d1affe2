"""The whole document: a network, its samples, and the names of things."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from engine.nn.arguments import check_index, check_type, check_whole, described
from engine.nn.arrays import FloatArray, first_not_finite, floats, read_only
from engine.nn.losses import TASKS, default_loss
from engine.nn.network import Network, Trace
from engine.nn.targets import UNSET, checked_targets, some_set
from engine.nn.values import MAX_TEXT_LENGTH, Value
from engine.session.columns import names_with_derived, with_derived_columns
from engine.session.metrics import Prediction, accuracy, decide, trace_loss

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature
    from engine.session.data_record import DataRecord
    from engine.session.origin import Origin
    from engine.training.settings import TrainingSettings

_QUICK_WORK = 2_000_000
"""Up to this many multiplications the whole batch is computed even for a single sample."""


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Session(Value):
    """A network with its inputs, targets and names.

    Parameters
    ----------
    network
        What computes.
    inputs
        (n_samples, n_features); one row of zeros if left out.
    targets
        (n_samples, n_outputs), NaN where one is not set, or None for none.
    title, note
        Texts to show, or None.
    features
        One name per input, or None.
    classes
        One name per output, or for one binary output the names of 0 and 1, or None.
    task
        "regression", "binary" or "multiclass"; None to infer it from the last activation.
    known
        The trace of the session this one was made from, until it has its own.
    inputs_given
        False when the row of zeros was made up.
    n_test
        How many samples at the end are the test set, never trained on.
    data
        Where the samples came from.
    training
        How to train.
    derived
        How the last features follow from those before; they are computed here, and may be left out
        of `inputs` and `features`.
    origin
        What `load` noticed about the file it was read from, or None.

    Attributes
    ----------
    declared_task
        The task that was given, or None.

    Raises
    ------
    TypeError
        When `network` is not a Network.
    ValueError
        When shapes do not fit, a number is not finite, or a name is missing; it names the place,
        counted from 1 as in a file.
    """

    network: Network
    inputs: FloatArray
    targets: FloatArray | None
    title: str | None
    note: str | None
    features: tuple[str, ...] | None
    classes: tuple[str, ...] | None
    declared_task: str | None
    known: Trace | None = field(repr=False, compare=False)
    inputs_given: bool
    n_test: int
    data: DataRecord | None
    training: TrainingSettings | None
    derived: tuple[DerivedFeature, ...]
    origin: Origin | None = field(repr=False, compare=False)

    def __init__(
        self,
        network: Network,
        inputs: ArrayLike | None = None,
        targets: ArrayLike | None = None,
        title: str | None = None,
        note: str | None = None,
        features: Sequence[str] | None = None,
        classes: Sequence[str] | None = None,
        task: str | None = None,
        known: Trace | None = None,
        inputs_given: bool = True,
        n_test: int = 0,
        data: DataRecord | None = None,
        training: TrainingSettings | None = None,
        derived: Sequence[DerivedFeature] = (),
        origin: Origin | None = None,
    ) -> None:
        check_type(network, Network, "network")
        if known is not None:
            check_type(known, Trace, "known")
        for text, what in ((title, "title"), (note, "note"), (task, "task")):
            check_type(text, str | None, what)
        check_whole(n_test, "n_test")
        if data is not None and not hasattr(data, "standardisation"):
            raise TypeError(f"data: expected DataRecord, got {described(data)}")
        check_type(derived, list | tuple, "derived")
        if inputs is None:
            inputs, inputs_given = np.zeros((1, network.n_features)), False
        set_field = object.__setattr__
        set_field(self, "network", network)
        set_field(self, "inputs", read_only(inputs, "inputs", 2))
        set_field(self, "targets", None if targets is None else read_only(targets, "targets", 2))
        set_field(self, "title", title)
        set_field(self, "note", note)
        set_field(self, "features", _names(features, "features"))
        set_field(self, "classes", _names(classes, "classes"))
        set_field(self, "declared_task", task)
        set_field(self, "known", known)
        set_field(self, "inputs_given", inputs_given)
        set_field(self, "n_test", int(n_test))
        set_field(self, "data", data)
        set_field(self, "training", training)
        set_field(self, "derived", tuple(derived))
        set_field(self, "origin", origin)
        if self.derived:
            self._derive()
        self._check_network()
        self._check_samples()
        self._check_names()
        self._check_data()

    def __repr__(self) -> str:
        """Return the title, the network, the task and how many samples there are, in one line."""
        title = "" if self.title is None else f"{self.title[:MAX_TEXT_LENGTH]!r}, "
        samples = f"{self.n_samples:,} sample{'s' * (self.n_samples != 1)}"
        return f"Session({title}{self.network}, {self.task}, {samples})"

    @property
    def dtype(self) -> str:
        """The type of the numbers in the file that it was read from; float64 without one."""
        return "float64" if self.origin is None else self.origin.dtype

    def _derive(self) -> None:
        """Compute the derived features and their names from the given ones."""
        set_field = object.__setattr__
        n_base, n_features = self.n_base_features, self.network.n_features
        if n_base < 1:
            raise ValueError(
                f"derived: {len(self.derived)} features, but the network reads {n_features} in "
                f"all; at least one must be given"
            )
        for number, feature in enumerate(self.derived, start=1):
            if not hasattr(feature, "of"):
                raise TypeError(f"derived: expected DerivedFeature, got {described(feature)}")
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
                f"{described(self.n_test)} of {self.n_samples} samples as the test set; expected "
                f"0 to {self.n_samples - 1}, so that some are left to train on"
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
        """How many samples there are."""
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

    @property
    def loss_name(self) -> str:
        """The name of the loss to minimise: the chosen one, or the usual one of the task."""
        chosen = None if self.training is None else self.training.loss
        return chosen or default_loss(self.task)

    @property
    def loss(self) -> float | None:
        """The loss of the training samples; None when they have no targets."""
        return self.loss_of_rows(0, self.n_train)

    @property
    def test_loss(self) -> float | None:
        """The loss of the test samples; None without any, or when they have no targets."""
        return self.loss_of_rows(self.n_train, self.n_samples)

    @property
    def accuracy(self) -> float | None:
        """The share of right answers among the training samples, 0 to 1; None where none can be."""
        return self._accuracy_of_rows(0, self.n_train)

    @property
    def test_accuracy(self) -> float | None:
        """The share of right answers among the test samples, 0 to 1; None where none can be."""
        return self._accuracy_of_rows(self.n_train, self.n_samples)

    def loss_of_rows(self, start: int, stop: int, name: str | None = None) -> float | None:
        """Return the loss of the samples from `start` up to `stop`.

        Parameters
        ----------
        start, stop
            The first sample, from 0, and the one after the last.
        name
            A key of LOSSES; None for `loss_name`.

        Returns
        -------
        float or None
            None without samples or when they have no targets.

        Raises
        ------
        ValueError
            When the loss is unknown or does not suit the last layer or the targets.
        """
        check_type(name, str | None, "loss")
        if self.targets is None or start == stop:
            return None
        rows, name = self.trace.rows(start, stop), name or self.loss_name
        try:
            return trace_loss(rows, self.targets[start:stop], name)
        except ValueError:
            # Of all samples at once: the message then counts from the first one.
            trace_loss(self.trace, self.targets, name)
            raise

    def _accuracy_of_rows(self, start: int, stop: int) -> float | None:
        if self.targets is None or start == stop:
            return None
        return accuracy(self.trace.outputs[start:stop], self.targets[start:stop], self.task)

    def predict(self, x: ArrayLike | None = None) -> list[Prediction | float | list[float]]:
        """Return the answer for each sample.

        Parameters
        ----------
        x
            (n_samples, n_features), in the units of the session's inputs; derived features may be
            left out. None for the session's own samples.

        Returns
        -------
        list
            One for each sample: the name of its class, or the class as a number from 0 without
            names; a list of 0 and 1 for several yes/no outputs; None where an output is NaN. In a
            regression the output itself, or a list of several.

        Raises
        ------
        ValueError
            When x does not have as many columns of numbers as the network has features.
        """
        outputs = self.trace.outputs if x is None else self.network(self._completed(x))
        if self.task == "regression":
            numbers: list[Prediction | float | list[float]]
            numbers = (outputs[:, 0] if self.network.n_outputs == 1 else outputs).tolist()
            return numbers
        return [decide(row, self.task, self.classes) for row in outputs]

    def _completed(self, x: ArrayLike) -> FloatArray:
        """Rows of inputs with the derived features, (n_samples, n_features)."""
        rows = np.atleast_2d(floats(x, "inputs"))
        if self.derived and rows.ndim == 2 and rows.shape[1] == self.n_base_features:
            return with_derived_columns(rows, self.derived, self.n_base_features)
        return rows

    def sample_trace(self, sample: int) -> Trace:
        """Return the forward pass of one sample, from 0, with one row in each array.

        In a large batch that row is computed alone, so as not to wait for the others.

        Parameters
        ----------
        sample
            The index of the sample, from 0.

        Returns
        -------
        Trace

        Raises
        ------
        ValueError
            For a sample that does not exist.
        """
        check_index(sample, self.n_samples, "sample")
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
        return Session(**self.parts | changes, known=known)

    @property
    def parts(self) -> dict[str, Any]:
        """What the constructor takes to make this session again, without `known`."""
        return {name: getattr(self, attribute) for name, attribute in _ATTRIBUTES.items()}


_ATTRIBUTES = {
    "task" if part.name == "declared_task" else part.name: part.name
    for part in dataclasses.fields(Session)
    if part.name != "known"
}
"""The attribute in which each argument of the constructor ends up."""


def _names(names: Sequence[str] | None, what: str) -> tuple[str, ...] | None:
    check_type(names, list | tuple | None, what)
    for name in names or ():
        check_type(name, str, f"a name of {what}")
    return None if names is None else tuple(names)
