"""The scene, the input of every drawing: the numbers, the selection and the colours."""

from __future__ import annotations

from dataclasses import dataclass

from engine.nn.layer import Layer
from engine.nn.network import Trace
from engine.nn.parameters import Parameter, neuron_name
from engine.session.session import Session
from tui.drawing.palette import Palette
from tui.state.comparison import Comparison
from tui.state.run_record import RunRecord
from tui.state.view_settings import GradientOf, MapSettings


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything a view shows.

    trace: the forward pass of `sample` alone, one row in each array. layer_index, neuron: the
    current neuron. output: the current output, the last one visited. parameter: the selected
    weight, bias or input. column_parameter: the parameter across the Table, or None for the default
    one. digits: decimals of computed numbers. step: the size of a nudge. comparison: the session
    that the present one is compared with, if any. map: the settings of the Map. gradient_of: what
    the derivatives are of, if there is a loss. run, runs: the present training run and the earlier
    ones. is_training: whether the run is going on. log_scale: whether the loss curves are on a log
    scale. All indices count from 0.
    """

    session: Session
    trace: Trace
    sample: int
    layer_index: int
    neuron: int
    output: int
    parameter: Parameter
    column_parameter: Parameter | None
    digits: int
    step: float
    palette: Palette
    comparison: Comparison | None = None
    map: MapSettings = MapSettings()
    gradient_of: GradientOf = "loss"
    run: RunRecord | None = None
    runs: tuple[RunRecord, ...] = ()
    is_training: bool = False
    log_scale: bool = False

    @property
    def ghost(self) -> Comparison | None:
        """The remembered session if every number has a counterpart in it, else None."""
        comparison = self.comparison
        if comparison is None or not comparison.is_pinned:
            return None
        return comparison if comparison.fits(self.session) else None

    @property
    def layer(self) -> Layer:
        """The layer of the current neuron."""
        return self.session.network.layers[self.layer_index]

    @property
    def is_output(self) -> bool:
        """Whether the current neuron is in the last layer."""
        return self.layer_index == len(self.session.network.layers) - 1

    def name_of(self, neuron: int) -> str:
        """Return the name of a neuron of the current layer: h1, o2 …"""
        return neuron_name(self.session.network, self.layer_index, neuron)
