"""What each hidden neuron is good for: the loss and the answers of the network without it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.nn.arguments import check_index, check_type
from engine.nn.arrays import FloatArray
from engine.nn.losses import loss, losses_of, n_counted
from engine.nn.network import Network, Trace
from engine.nn.targets import BoolArray, some_set
from engine.session.metrics import is_judged, judge_of, no_class
from engine.session.session import Session

_MAX_NUMBERS = 8_000
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
    blocks = _blocks(session)
    layers = []
    for layer_index in range(len(session.network.layers) - 1):
        activations = session.trace.layers[layer_index].activations[: session.n_train]
        with np.errstate(all="ignore"):
            mean = np.mean(activations, axis=0)
        at_zero, at_mean = (
            _held(session, sample, blocks, layer_index, values)
            for values in (np.zeros_like(mean), mean)
        )
        layers.append(LayerAblation(at_zero, at_mean))
    losses, n_wrong = _measured(blocks, 1, lambda trace, _: trace.layers[-1].pre_activations[None])
    n_judged = sum(block.n_judged for block in blocks)
    return Ablation(
        tuple(layers), float(losses[0]), None if n_wrong is None else int(n_wrong[0]), n_judged
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Block:
    """Some of the training samples, few enough for the processor's cache, and how to measure them.

    targets: None where there is no loss. n_counted: over how many of them it is the mean. judge:
    None where there are no right answers; n_judged: how many there are.
    """

    trace: Trace
    loss_name: str
    task: str
    targets: FloatArray | None
    n_counted: int
    judge: Callable[[FloatArray], BoolArray] | None
    n_judged: int

    def total_losses(self, z: FloatArray, a: FloatArray) -> FloatArray:
        """Return the loss of several networks times how many samples or targets count for it."""
        if self.targets is None:
            return np.full(len(a), np.nan)
        if not self.n_counted:
            return np.zeros(len(a))
        last = self.trace.network.layers[-1].activation
        return losses_of(self.loss_name, z, a, self.targets, last) * self.n_counted

    def activations(self, z: FloatArray) -> FloatArray:
        """Return the outputs of several networks from their sums, (n, n_samples, n_outputs).

        A softmax keeps the order of the sums, and its loss is computed from them: leaving it out
        saves half of the time.
        """
        last = self.trace.network.layers[-1].activation
        if (self.loss_name, last.name, self.task) == _FROM_SUMS and np.isfinite(z).all():
            return z
        with np.errstate(all="ignore"):
            return last.forward(z)


def _blocks(session: Session) -> list[_Block]:
    name, task, targets = session.loss_name, session.task, session.training_targets
    whole = session.trace.rows(0, session.n_train)
    judges = targets is not None and not no_class(targets, task).any()
    with_loss = targets is not None and some_set(targets) is not None
    if targets is not None:
        try:
            loss(name, *whole.layers[-1], targets, session.network.layers[-1].activation)
        except ValueError:
            with_loss = False
        with_loss = with_loss and n_counted(name, targets) > 0
    n_rows = max(1, _MAX_NUMBERS // _widest(session.network))
    blocks = []
    for start in range(0, session.n_train, n_rows):
        stop = min(start + n_rows, session.n_train)
        own = None if targets is None else targets[start:stop]
        blocks.append(
            _Block(
                whole.rows(start, stop),
                name,
                task,
                own if with_loss else None,
                n_counted(name, own) if own is not None and with_loss else 0,
                judge_of(own, task) if own is not None and judges else None,
                int(is_judged(own, task).sum()) if own is not None and judges else 0,
            )
        )
    return blocks


def _widest(network: Network) -> int:
    """The neurons of the largest layer that depends on another one."""
    return max(layer.n_neurons for layer in network.layers[1:] or network.layers)


def _measured(
    blocks: Sequence[_Block], n_networks: int, sums: Callable[[Trace, slice], FloatArray]
) -> tuple[FloatArray, NDArray[np.int64] | None]:
    """Loss and number of wrong answers of several networks.

    sums: from the trace of some samples, and a slice of the networks, to the sums of their last
    layers, (n, n_samples, n_outputs).
    """
    totals, n_wrong = np.zeros(n_networks), np.zeros(n_networks, dtype=np.int64)
    for block in blocks:
        width = _widest(block.trace.network)
        chunk = max(1, _MAX_NUMBERS // (len(block.trace.inputs) * width))
        for start in range(0, n_networks, chunk):
            part = slice(start, start + chunk)
            z = sums(block.trace, part)
            a = block.activations(z)
            totals[part] += block.total_losses(z, a)
            if block.judge is not None:
                n_wrong[part] += block.n_judged - np.count_nonzero(block.judge(a), axis=1)
    total = sum(block.n_counted for block in blocks)
    losses = totals / total if total else np.full(n_networks, np.nan)
    return losses, n_wrong if any(block.n_judged for block in blocks) else None


def _held(
    session: Session, sample: int, blocks: Sequence[_Block], layer_index: int, values: FloatArray
) -> Held:
    """Hold each neuron of a layer at its value in turn; values: (n_neurons,)."""
    losses, n_wrong = _measured(
        blocks, len(values), lambda trace, part: _sums_without(trace, layer_index, part, values)
    )
    z = _sums_without(session.sample_trace(sample), layer_index, slice(len(values)), values)
    with np.errstate(all="ignore"):
        outputs = session.network.layers[-1].activation.forward(z)
    return Held(losses, n_wrong, outputs[:, 0])


def _sums_without(trace: Trace, layer_index: int, neurons: slice, values: FloatArray) -> FloatArray:
    """Sums of the last layer without each of some neurons, (n_neurons, n_samples, n_outputs).

    The sums of the next layer lose what the neuron added to them: its out times its weights. In
    memory the samples of an output lie side by side: they are many more than the outputs, so that
    the passes over them are long.
    """
    layers = trace.network.layers[layer_index + 1 :]
    activations = trace.layers[layer_index].activations[:, neurons].T
    with np.errstate(all="ignore"):
        changes = values[neurons, np.newaxis] - activations
        weights = layers[0].weights.T[neurons]
        z = weights[:, :, np.newaxis] * changes[:, np.newaxis]
        z += trace.layers[layer_index + 1].pre_activations.T
        for before, layer in itertools.pairwise(layers):
            a = before.activation.forward(z.swapaxes(1, 2)).swapaxes(1, 2)
            z = layer.weights @ a + layer.bias[:, np.newaxis]
    return z.swapaxes(1, 2)
