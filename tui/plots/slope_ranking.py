"""The parameters and inputs in the order of their derivatives, and which of them are in sight."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from engine.gradients import Gradients, strongest
from engine.parameters import Parameter
from engine.session import Session
from tui.plots.scene import Scene
from tui.slopes import Subject, gradients_for, slope_subject

MOST_RANKED = 100


@dataclass(frozen=True, slots=True)
class Ranked:
    """A parameter or input with its derivative; rank 1 is the strongest."""

    rank: int
    parameter: Parameter
    derivative: float


@dataclass(frozen=True, eq=False)
class Slopes:
    """The derivatives of `subject` by every number of a sample, from 0."""

    session: Session
    sample: int
    subject: Subject

    @cached_property
    def ranking(self) -> tuple[Parameter, ...]:
        """The parameters and inputs with the largest derivatives of either sign, in order."""
        return _ranking(self._gradients, self._row)

    @property
    def n_numbers(self) -> int:
        """How many parameters and inputs there are, ranked or not."""
        network = self.session.network
        return network.n_parameters + network.n_features

    def of(self, parameter: Parameter) -> float:
        """Return the derivative by one number."""
        return self._gradients.of(parameter, self._row)

    def in_sight(self, selected: Parameter, rows: int) -> list[Ranked]:
        """Return what a list of so many rows (one or more) shows: the strongest, and `selected`.

        Where that is further down, a third of the rows are for it and those around it; what is not
        in the ranking comes last, with the rank that it would have.
        """
        count = len(self.ranking)
        if selected not in self.ranking:
            listed = [(place + 1, self.ranking[place]) for place in range(min(rows - 1, count))]
            listed.append((self._rank(selected), selected))
        else:
            place = self.ranking.index(selected)
            n_around = max(1, rows // 3) if place >= rows else 0
            first = min(place - n_around // 2, count - n_around)
            places = [*range(min(rows - n_around, count)), *range(first, first + n_around)]
            listed = [(place + 1, self.ranking[place]) for place in places]
        return [Ranked(rank, parameter, self.of(parameter)) for rank, parameter in listed]

    @cached_property
    def _gradients(self) -> Gradients:
        return gradients_for(self.session, self.sample, self.subject)

    @property
    def _row(self) -> int:
        """In which row of the gradients the inputs of the sample are."""
        return self.sample if self.subject.is_loss else 0

    def _rank(self, parameter: Parameter) -> int:
        """One more than how many derivatives are larger."""
        size = abs(self.of(parameter))
        if math.isnan(size):
            size = -1.0
        arrays = [self._gradients.inputs[self._row]]
        for layer in self._gradients.layers:
            arrays += [layer.weights, layer.bias]
        return 1 + sum(int(np.count_nonzero(np.abs(array) > size)) for array in arrays)


@lru_cache(maxsize=2)
def slopes_of(scene: Scene) -> Slopes:
    """Return the derivatives that the scene asks for; its title and its drawing share them."""
    subject = slope_subject(scene.session, scene.output, scene.slope_of)
    return Slopes(scene.session, scene.sample, subject)


@lru_cache(maxsize=4)
def _ranking(gradients: Gradients, row: int) -> tuple[Parameter, ...]:
    return tuple(strongest(gradients, row, most=MOST_RANKED))
