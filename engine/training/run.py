"""A training run: steps and epochs that can be stopped, rewound and replayed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.nn.arguments import check_type, check_whole, described
from engine.nn.arrays import FloatArray
from engine.nn.layer import FrozenLayer
from engine.nn.losses import default_loss
from engine.nn.network import Network
from engine.training.batches import (
    Samples,
    check_finite,
    check_sizes,
    checked_samples,
    optional_samples,
)
from engine.training.checkpoint import Checkpoint, Moment, Place
from engine.training.divergence import FailedStep, TrainingDiverged
from engine.training.flat_parameters import IntArray
from engine.training.loop import TrainingLoop
from engine.training.loss_table import LossTable
from engine.training.settings import TrainingSettings


class TrainingRun:
    """A network being trained; mutable, for one thread at a time.

    With equal data, settings and seed every run gives the same numbers to the last bit.

    Parameters
    ----------
    network
        Where it starts.
    inputs, targets
        (n_samples, n_features) and (n_samples, n_outputs), NaN where a target is not set; samples
        without any are left out.
    settings
        The optimiser, its rates, the batches and the loss.
    task
        "regression", "binary" or "multiclass", for the loss if the settings name none.
    test_inputs, test_targets
        The same of the test set, or None.
    frozen
        The masks of the frozen numbers, one (or None) for each layer.
    max_losses
        An even number: of more losses only every second one is kept, again and again. None keeps
        all.

    Raises
    ------
    ValueError
        When shapes do not fit, a number is not finite, or the loss does not suit the data.
    """

    def __init__(
        self,
        network: Network,
        inputs: ArrayLike,
        targets: ArrayLike,
        settings: TrainingSettings,
        *,
        task: str,
        test_inputs: ArrayLike | None = None,
        test_targets: ArrayLike | None = None,
        frozen: Sequence[FrozenLayer | None] | None = None,
        max_losses: int | None = None,
    ) -> None:
        check_type(network, Network, "network")
        check_type(settings, TrainingSettings, "settings")
        check_type(task, str, "task")
        if max_losses is not None:
            check_whole(max_losses, "max_losses")
            if max_losses < 2 or max_losses % 2:
                given = described(max_losses)
                raise ValueError(f"max_losses is {given}, expected an even number from 2 up")
        check_finite(network)
        train = checked_samples(network, inputs, targets)
        test = optional_samples(network, test_inputs, test_targets, "test ")
        self._task = task
        self._like = network
        self._settings = settings
        with np.errstate(all="ignore"):
            self._loop = TrainingLoop(network, train, test, settings, self.loss_name)
            self._losses = LossTable(most=max_losses)
            self._losses.append(*self._loop.objective.losses())
        self.replace_frozen(frozen)
        self._random = np.random.default_rng(settings.seed)
        self._place = Place()

    @property
    def settings(self) -> TrainingSettings:
        """How the network is trained."""
        return self._settings

    @property
    def loss_name(self) -> str:
        """The name of the loss that is minimised."""
        return self._settings.loss or default_loss(self._task)

    @property
    def epoch(self) -> int:
        """How many epochs are complete."""
        return self._place.epoch

    @property
    def step_index(self) -> int:
        """How many steps of the current epoch are done."""
        return self._place.step_index

    @property
    def n_samples(self) -> int:
        """How many samples there are."""
        return len(self._loop.objective.train)

    @property
    def n_parameters(self) -> int:
        """How many weights and biases there are."""
        return self._like.n_parameters

    @property
    def n_steps(self) -> int:
        """How many steps make an epoch."""
        return math.ceil(self.n_samples / self._settings.batch_size_of(self.n_samples))

    @property
    def loss(self) -> float:
        """The loss over the training samples at the end of the last complete epoch."""
        return float(self.loss_table()[-1, 0])

    @property
    def test_loss(self) -> float | None:
        """The same over the test samples, or None without any."""
        return float(self.loss_table()[-1, 1]) if self._loop.objective.has_test_loss else None

    @property
    def losses(self) -> tuple[float, ...]:
        """The loss over the training samples before the first epoch and after each."""
        return tuple(self.loss_table()[:, 0].tolist())

    @property
    def test_losses(self) -> tuple[float, ...] | None:
        """The same over the test samples, or None without any."""
        return (
            tuple(self.loss_table()[:, 1].tolist()) if self._loop.objective.has_test_loss else None
        )

    def loss_table(self) -> FloatArray:
        """Return the losses so far, (epochs + 1, 2), read-only: training, test (NaN without any).

        With `max_losses` there may be fewer. Nothing is copied, however long the run is.
        """
        return self._losses.rows()

    def __repr__(self) -> str:
        """Return what is trained, how, and how far it is, in one line."""
        sizes = "→".join(map(str, self._like.sizes))
        optimizer, loss = self._settings.optimizer, f"{self.loss_name} {self.loss:.4g}"
        return f"TrainingRun({sizes}, {optimizer}, epoch {self.epoch}, {loss})"

    @property
    def network(self) -> Network:
        """The current network, as a frozen value."""
        return self._loop.parameters.to_network(self._like)

    def next_batch(self) -> IntArray:
        """Return the samples, from 0 among those with a target, that the next step trains on."""
        self._draw_order()
        place = self._place
        stop = place.n_seen + self._settings.batch_size_of(self.n_samples)
        order = np.arange(self.n_samples) if place.order is None else place.order
        return order[place.n_seen : stop]

    def step(self) -> None:
        """Train on one batch, as run_steps does."""
        self.run_steps(1)

    def run_epoch(self) -> None:
        """Train to the end of the current epoch, as run_steps does."""
        self.run_steps(self.n_steps)

    def run_steps(self, most: int) -> None:
        """Train on up to `most` batches, but not beyond the end of the current epoch.

        Parameters
        ----------
        most
            How many at most.

        Raises
        ------
        TypeError, ValueError
            When `most` is not a whole number from 0 up.
        TrainingDiverged
            When a number is no longer finite. The run is then back before the step that failed;
            or, if the parameters are finite and only the loss after the epoch is not, as it was
            before this call.
        """
        check_whole(most, "most")
        if most < 0:
            raise ValueError(f"most is {described(most)}, expected a whole number from 0 up")
        with np.errstate(all="ignore"):
            self._draw_order()
            start = Moment(self._loop.numbers(), self._place)
            self._advance(most)
            if self._loop.first_not_finite() is not None:
                self._go_to(start)
                raise self._replay_to_failure()
            if self._place.n_seen == self.n_samples:
                self._end_epoch(start)

    def checkpoint(self) -> Checkpoint:
        """Return everything that determines how the run continues, for `restore`."""
        return Checkpoint(
            Moment(self._loop.numbers(), self._place),
            self._random.bit_generator.state,
            self._settings,
            self._like,
            self._loop.frozen,
            self.loss_table(),
        )

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back or forward to a checkpoint of this run, including its settings and losses.

        From there everything happens again exactly as it did.

        Parameters
        ----------
        checkpoint
            Of this run.

        Raises
        ------
        ValueError
            For a checkpoint of a network of other sizes.
        """
        check_type(checkpoint, Checkpoint, "checkpoint")
        check_sizes(checkpoint.like, self._like)
        self._set_formulas(checkpoint.like, checkpoint.settings)
        self._loop.frozen = checkpoint.frozen
        self._random.bit_generator.state = checkpoint.random_state
        self._losses = self._losses.back_at(checkpoint.losses, checkpoint.moment.place.epoch)
        self._go_to(checkpoint.moment)

    def replace_network(self, network: Network) -> None:
        """Continue with other numbers or activations; the state of the optimiser is kept.

        Parameters
        ----------
        network
            Of the same sizes.

        Raises
        ------
        ValueError
            When the sizes differ, a number is not finite, or the loss does not suit.
        """
        check_type(network, Network, "network")
        check_sizes(network, self._like)
        check_finite(network)
        self._set_formulas(network, self._settings)
        self._loop.parameters.load(network)

    def replace_samples(
        self,
        inputs: ArrayLike,
        targets: ArrayLike,
        test_inputs: ArrayLike | None = None,
        test_targets: ArrayLike | None = None,
    ) -> None:
        """Continue with other numbers in the samples; as many as before must have targets.

        From the next epoch on, losses are those of the new samples.

        Parameters
        ----------
        inputs, targets, test_inputs, test_targets
            As for the run.

        Raises
        ------
        ValueError
            When there are more or fewer, or when they do not fit the network or suit the loss.
        """
        train = checked_samples(self._like, inputs, targets)
        test = optional_samples(self._like, test_inputs, test_targets, "test ")
        for name, new, old in (
            ("", train, self._loop.objective.train),
            ("test ", test, self._loop.objective.test),
        ):
            n_new, n_old = (0 if table is None else len(table) for table in (new, old))
            if n_new != n_old:
                raise ValueError(
                    f"the run has {n_old} {name}samples, and is given {n_new}; begin another one"
                )
        with np.errstate(all="ignore"):
            self._loop.set_samples(train, test)

    def replace_settings(self, settings: TrainingSettings) -> None:
        """Continue with other settings; the parameters are kept.

        Another optimiser starts without state. Another batch size applies from the next step on,
        another seed or shuffling from the next epoch on, and another loss to all later losses.

        Parameters
        ----------
        settings
            The new ones.

        Raises
        ------
        ValueError
            When the loss does not suit.
        """
        check_type(settings, TrainingSettings, "settings")
        reseeded = settings.seed != self._settings.seed
        self._set_formulas(self._like, settings)
        if reseeded:
            self._random = np.random.default_rng(settings.seed)

    def replace_frozen(self, frozen: Sequence[FrozenLayer | None] | None) -> None:
        """Continue with other parameters, or none, frozen.

        Parameters
        ----------
        frozen
            The masks, one (or None) for each layer; None to freeze nothing.

        Raises
        ------
        ValueError
            When the masks do not have the shapes of the layers.
        """
        self._loop.frozen = self._loop.parameters.frozen_places(frozen)

    def _set_formulas(self, like: Network, settings: TrainingSettings) -> None:
        activations = [layer.activation for layer in like.layers]
        with np.errstate(all="ignore"):
            self._loop.set_formulas(activations, settings.loss or default_loss(self._task))
        self._loop.set_settings(settings)
        self._like = like
        self._settings = settings

    def _draw_order(self) -> None:
        """Decide the order of the samples, once per epoch."""
        if not self._place.drawn:
            shuffled = self._settings.shuffle
            order = self._random.permutation(self.n_samples) if shuffled else None
            self._place = Place(self._place.epoch, order=order, drawn=True)

    def _advance(self, most: int) -> None:
        """Take up to `most` steps, but none beyond the end of the epoch."""
        place = self._place
        batch_size = self._settings.batch_size_of(self.n_samples)
        stop = min(self.n_samples, place.n_seen + most * batch_size)
        self._loop.run(place.order, place.n_seen, stop, batch_size)
        n_steps = math.ceil((stop - place.n_seen) / batch_size)
        self._place = Place(place.epoch, place.step_index + n_steps, stop, place.order, True)

    def _end_epoch(self, start: Moment) -> None:
        """Measure the losses; go back to `start` and raise if they are no longer finite."""
        losses = self._loop.objective.losses()
        if not math.isfinite(losses[0]) and math.isfinite(self.loss):
            error = self._failure(self._place.step_index, self._loop.objective.train, None)
            self._go_to(start)
            raise error
        self._losses.append(*losses)
        self._place = Place(epoch=self._place.epoch + 1)

    def _go_to(self, moment: Moment) -> None:
        self._loop.load(moment.numbers)
        self._place = moment.place

    def _replay_to_failure(self) -> TrainingDiverged:
        """Repeat the steps one by one, and stop before the one that fails."""
        while True:
            before = Moment(self._loop.numbers(), self._place)
            self._advance(1)
            moved = self._loop.first_not_finite()
            if moved is not None:
                break
        train = self._loop.objective.train
        batch = train.rows(before.place.n_seen, self._place.n_seen, before.place.order)
        self._go_to(before)
        return self._failure(before.place.step_index + 1, batch, moved)

    def _failure(
        self, step: int, batch: Samples, moved: tuple[int, int] | None
    ) -> TrainingDiverged:
        return FailedStep(
            self.network,
            batch.inputs[:, :-1],
            batch.targets,
            self._settings,
            self.loss_name,
            self.epoch + 1,
            step,
            moved,
        ).explain()
