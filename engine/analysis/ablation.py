"""What each hidden neuron is good for: the loss and the answers of the network without it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray
from engine.nn.losses import loss, n_counted
from engine.nn.network import Trace
from engine.nn.targets import some_set
from engine.session.metrics import is_judged, no_class, right_answers
from engine.session.session import Session

_MAX_NUMBERS = 150_000
"""Numbers computed at a time, roughly: as many as stay in the processor's cache."""


_FROM_SUMS = ("cross_entropy", "softmax", "multiclass")


@dataclass(frozen=True, eq=False, slots=True)
class Held:
    """The network with the out of one neuron held at a fixed number, for each neuron of a layer.

    Attributes
    ----------
    losses
        (n_neurons,), NaN without a loss.
    n_wrong
        (n_neurons,), wrong answers; None without right ones.
    outputs
        (n_neurons, n_outputs), those of the sample asked for.
    """

    losses: FloatArray
    n_wrong: NDArray[np.int64] | None
    outputs: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class LayerAblation:
    """One hidden layer: what happens without each of its neurons.

    Attributes
    ----------
    at_zero
        With the neuron's out held at 0.
    at_mean
        With it held at its mean over the samples, so that only what it tells samples apart by
        is lost.
    """

    at_zero: Held
    at_mean: Held


@dataclass(frozen=True, eq=False, slots=True)
class Ablation:
    """What the network does as it is, and without each of its hidden neurons.

    Attributes
    ----------
    layers
        One for each hidden layer.
    loss
        NaN without a loss.
    n_wrong
        How many answers are wrong; None without right ones.
    n_judged
        How many samples can be right or wrong.
    """

    layers: tuple[LayerAblation, ...]
    loss: float
    n_wrong: int | None
    n_judged: int

    def accuracy(self, n_wrong: int) -> float:
        """Return the share of right answers, 0 to 1, with so many wrong ones.

        Parameters
        ----------
        n_wrong
            How many of the judged samples are answered wrongly.

        Returns
        -------
        float
        """
        return 1 - n_wrong / self.n_judged

    def strongest(self) -> list[tuple[int, int]]:
        """Return layer and neuron, from 0, of each: the one whose loss to 0 costs most first.

        Without a loss they are in the order of the network.
        """
        places = [
            (layer_index, neuron)
            for layer_index, layer in enumerate(self.layers)
            for neuron in range(len(layer.at_zero.losses))
        ]
        rises = np.concatenate([layer.at_zero.losses for layer in self.layers] or [np.empty(0)])
        order = np.argsort(-np.nan_to_num(rises, nan=-np.inf), kind="stable")
        return [places[place] for place in order]


def ablation(session: Session, sample: int = 0) -> Ablation:
    """Return what loss, accuracy and outputs would be without each hidden neuron.

    Loss and answers are those of the training samples, all neurons in one batched pass a layer.

    Parameters
    ----------
    session
        Its loss may be one that does not suit; the losses are NaN then.
    sample
        The sample, from 0, whose outputs are wanted.
    """
    check_type(session, Session, "session")
    check_index(sample, session.n_samples, "sample")
    measured = _Measured.of(session, sample)
    trace = session.trace.rows(0, session.n_train)
    layers = []
    for layer_index in range(len(session.network.layers) - 1):
        outs = trace.layers[layer_index].activations
        zero = np.zeros(outs.shape[1])
        with np.errstate(all="ignore"):
            mean = np.mean(outs, axis=0)
        layers.append(
            LayerAblation(
                _held(session, layer_index, zero, measured),
                _held(session, layer_index, mean, measured),
            )
        )
    losses, n_wrong = measured.of_sums(trace.layers[-1].pre_activations[np.newaxis])
    return Ablation(
        tuple(layers),
        float(losses[0]),
        None if n_wrong is None else int(n_wrong[0]),
        measured.n_judged,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Measured:
    """The samples that are measured, and how; targets is None where there is no loss."""

    session: Session
    sample: int
    name: str
    targets: FloatArray | None
    judged: FloatArray | None
    n_judged: int

    @classmethod
    def of(cls, session: Session, sample: int) -> _Measured:
        name, targets = session.loss_name, session.training_targets
        z, a = session.trace.rows(0, session.n_train).layers[-1]
        n_judged = 0
        judged = None
        if targets is not None:
            if not no_class(targets, session.task).any():
                n_judged = int(is_judged(targets, session.task).sum())
                judged = targets if n_judged else None
            try:
                loss(name, z, a, targets, session.network.layers[-1].activation)
            except ValueError:
                targets = None
        if targets is not None and (some_set(targets) is None or not n_counted(name, targets)):
            targets = None
        return cls(session, sample, name, targets, judged, n_judged)

    def activations(self, z: FloatArray) -> FloatArray:
        """The outputs of several networks, from their sums, (n, n_samples, n_outputs)."""
        with np.errstate(all="ignore"):
            return self.session.network.layers[-1].activation.forward(z)

    def of_sums(self, z: FloatArray) -> tuple[FloatArray, NDArray[np.int64] | None]:
        """Loss and number of wrong answers of several networks, from their sums."""
        last_name = self.session.network.layers[-1].activation.name
        from_sums = (self.name, last_name, self.session.task) == _FROM_SUMS
        # A softmax keeps the order of the sums, and its loss is computed from them: leaving it out
        # saves half of the time.
        a = z if from_sums and np.isfinite(z).all() else self.activations(z)
        losses = np.full(len(a), np.nan)
        if self.targets is not None:
            last = self.session.network.layers[-1].activation
            for place in range(len(a)):
                losses[place] = loss(self.name, z[place], a[place], self.targets, last)
        if self.judged is None:
            return losses, None
        right = right_answers(a, self.judged, self.session.task)
        return losses, self.n_judged - np.count_nonzero(right, axis=1)


def _held(session: Session, layer_index: int, values: FloatArray, measured: _Measured) -> Held:
    """Hold each neuron of a layer at its value in turn; values: (n_neurons,)."""
    network = session.network
    n_neurons, n_train = network.layers[layer_index].n_neurons, session.n_train
    widest = max(layer.n_neurons for layer in network.layers[layer_index + 1 :])
    chunk = max(1, _MAX_NUMBERS // (n_train * widest))
    trace = session.trace.rows(0, n_train)
    losses, wrong = [], []
    for start in range(0, n_neurons, chunk):
        z = _sums_without(trace, layer_index, slice(start, start + chunk), values)
        some_losses, some_wrong = measured.of_sums(z)
        losses.append(some_losses)
        if some_wrong is not None:
            wrong.append(some_wrong)
    one = session.sample_trace(measured.sample)
    outputs = measured.activations(_sums_without(one, layer_index, slice(n_neurons), values))
    return Held(np.concatenate(losses), np.concatenate(wrong) if wrong else None, outputs[:, 0])


def _sums_without(trace: Trace, layer_index: int, neurons: slice, values: FloatArray) -> FloatArray:
    """Sums of the last layer without each of some neurons, (n_neurons, n_samples, n_outputs).

    The sums of the next layer lose what the neuron added to them: its out times its weights.
    """
    layers = trace.network.layers[layer_index + 1 :]
    outs = trace.layers[layer_index].activations[:, neurons]
    n_held, n_samples = outs.shape[1], len(outs)
    with np.errstate(all="ignore"):
        changes = (values[neurons] - outs).T
        weights = layers[0].weights.T[neurons]
        z = changes[:, :, np.newaxis] * weights[:, np.newaxis]
        z += trace.layers[layer_index + 1].pre_activations
        z = z.reshape(n_held * n_samples, -1)
        for before, layer in itertools.pairwise(layers):
            z = layer.sums(before.activation.forward(z))
    return z.reshape(n_held, n_samples, -1)
