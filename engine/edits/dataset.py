"""The edit that gives a network other data, keeping the numbers that still fit."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.edits.base import Edit
from engine.edits.features import first_layer_sources
from engine.nn.activations import Activation
from engine.nn.arguments import check_n_parameters, check_type
from engine.nn.arrays import FloatArray, read_only
from engine.nn.network import Network
from engine.nn.resize import leading, with_inputs, with_neurons
from engine.nn.values import Value
from engine.session.data_record import DataRecord
from engine.session.loss import sample_loss
from engine.session.session import Session

if TYPE_CHECKING:
    from engine.datasets.dataset import Dataset
    from engine.datasets.features import DerivedFeature

_DEFAULT_ACTIVATIONS = {"regression": "identity", "binary": "sigmoid", "multiclass": "softmax"}

_MAX_NAME_LENGTH = 80
"""The longest name that our own file format accepts; a CSV file may have a longer one."""


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class SetSamples(Value, Edit):
    """Give the network other samples.

    Hidden layers stay. The first layer gains or loses inputs at the end, the last one neurons; new
    parameters are uniform over ±1/√n_inputs, drawn from the record's seed. The last activation
    becomes sigmoid, tanh, softmax or identity if the current one does not suit the task and the
    targets, and a chosen loss is dropped if it does not suit.

    Parameters
    ----------
    inputs
        (n_samples, n_given), without those of `derived`, which are computed from them.
    targets
        (n_samples, n_outputs), NaN where one is not set, or None.
    n_test
        Number of samples at the end that are the test set.
    features
        A name for each given input, or None.
    classes, task, record
        As in a session.
    derived
        Features computed from others.

    Raises
    ------
    ValueError
        As a Session does.
    """

    inputs: FloatArray
    targets: FloatArray | None
    n_test: int
    features: tuple[str, ...] | None
    classes: tuple[str, ...] | None
    task: str
    record: DataRecord | None
    derived: tuple[DerivedFeature, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", read_only(self.inputs, "inputs", 2))
        if self.targets is not None:
            object.__setattr__(self, "targets", read_only(self.targets, "targets", 2))

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        changed = session.evolve(
            network=self._network(session),
            inputs=self.inputs,
            targets=self.targets,
            n_test=self.n_test,
            features=self.features,
            classes=self.classes,
            task=self.task,
            data=self.record,
            derived=tuple(self.derived),
        )
        if changed.training is None or changed.training.loss is None:
            return changed
        try:
            sample_loss(changed, 0)
        except ValueError:
            return changed.evolve(training=dataclasses.replace(changed.training, loss=None))
        return changed

    def describe(self, session: Session) -> str:
        n_samples = len(self.inputs)
        name = "other data" if self.record is None else f"data {self.record.name}"
        return f"{name}: {n_samples:,} sample{'s' * (n_samples != 1)}"

    def _network(self, session: Session) -> Network:
        layers = list(session.network.layers)
        random = np.random.default_rng(0 if self.record is None else self.record.seed)
        base = leading(session.n_base_features, self.inputs.shape[1])
        sources = first_layer_sources(session, base, tuple(self.derived))
        if list(sources) != list(range(layers[0].n_inputs)):
            weights, _ = _drawn(random, layers[0].n_neurons, len(sources))
            layers[0] = with_inputs(layers[0], sources, weights)
        last = layers[-1]
        n_outputs = last.n_neurons if self.targets is None else self.targets.shape[1]
        if n_outputs != last.n_neurons:
            initial = _drawn(random, n_outputs, last.n_inputs)
            last = with_neurons(last, leading(last.n_neurons, n_outputs), initial)
        if not self._suits(last.activation):
            last = last.replace(activation=self._default_activation())
        if last is not layers[-1]:
            layers[-1] = last
        return Network(layers)

    def _suits(self, activation: Activation) -> bool:
        """Whether a last layer with this activation can learn the targets."""
        if self.task == "multiclass":
            return activation.name in ("softmax", "log_softmax")
        if activation.name == "step" or activation.row_wise:
            return False
        low, high = activation.limits
        if self.task == "binary" and (low, high) != self._span():
            return False
        if self.targets is None:
            return True
        return not ((self.targets < low) | (self.targets > high)).any()

    def _default_activation(self) -> str:
        return (
            "tanh"
            if self.task == "binary" and self._span()[0] < 0
            else _DEFAULT_ACTIVATIONS[self.task]
        )

    def _span(self) -> tuple[float, float]:
        """The range of the targets of two classes: from -1 or 0 to 1."""
        negative = self.targets is not None and bool((self.targets < 0).any())
        return (-1.0 if negative else 0.0), 1.0


def _drawn(
    random: np.random.Generator, n_neurons: int, n_inputs: int
) -> tuple[FloatArray, FloatArray]:
    check_n_parameters(n_neurons * (n_inputs + 1))
    limit = 1 / math.sqrt(n_inputs)
    weights = random.uniform(-limit, limit, (n_neurons, n_inputs))
    return weights, random.uniform(-limit, limit, n_neurons)


def samples_of(
    dataset: Dataset,
    *,
    noise: int = 0,
    seed: int = 0,
    test_percent: int = 0,
    standardise: bool = False,
    derived: Sequence[DerivedFeature] = (),
) -> SetSamples:
    """Return the edit that gives a network the data set, with a record of how it was made.

    Parameters
    ----------
    dataset
        The data set.
    noise, seed
        Those it was generated with, for the record; the seed also draws the test set. The training
        samples come first. Without a test set the samples keep the order of the data set.
    test_percent
        The share of the test set, 0 to 90.
    standardise
        Whether to bring the features to mean 0 and standard deviation 1, measured on the training
        samples alone; derived features are computed afterwards.
    derived
        Features computed from others.

    Returns
    -------
    SetSamples

    Raises
    ------
    ValueError
        As `split` and `Standardisation.fit` do.
    """
    # Imported here, since every start of the playground knows the edit and few read data.
    from engine.datasets.dataset import split
    from engine.datasets.standardisation import Standardisation

    inputs, targets, n_test = dataset.inputs, dataset.targets, 0
    if test_percent:
        training_rows, test_rows = split(dataset, test_percent, seed)
        rows = [*training_rows, *test_rows]
        inputs, targets, n_test = inputs[rows], targets[rows], len(test_rows)
    standardisation = None
    if standardise:
        standardisation = Standardisation.fit(inputs[: len(inputs) - n_test])
        inputs = standardisation.apply(inputs)
    name = dataset.name[:_MAX_NAME_LENGTH] or "data"
    return SetSamples(
        inputs,
        targets,
        n_test,
        dataset.features,
        dataset.classes,
        dataset.task,
        DataRecord(name, noise, seed, test_percent, standardisation, dataset.preparation),
        tuple(derived),
    )
