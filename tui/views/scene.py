"""The scene, the input of every drawing: a workspace and the colours."""

from __future__ import annotations

from dataclasses import dataclass

from engine.nn.layer import Layer
from engine.nn.network import Trace
from engine.nn.parameters import Parameter, neuron_name
from engine.session.session import Session
from tui.drawing.palette import Palette
from tui.state.view_settings import ViewSettings
from tui.state.workspace import Workspace


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """Everything a view shows: the workspace, in the colours of a palette."""

    workspace: Workspace
    palette: Palette

    @property
    def session(self) -> Session:
        """The network and its samples."""
        return self.workspace.session

    @property
    def view(self) -> ViewSettings:
        """How things are shown."""
        return self.workspace.view

    @property
    def trace(self) -> Trace:
        """The forward pass of the selected sample alone, one row in each array."""
        return self.workspace.trace

    @property
    def sample(self) -> int:
        """The selected sample, from 0."""
        return self.workspace.selection.sample

    @property
    def layer_index(self) -> int:
        """The layer of the current neuron, from 0."""
        return self.workspace.selection.layer_index

    @property
    def neuron(self) -> int:
        """The current neuron in its layer, from 0."""
        return self.workspace.selection.neuron

    @property
    def output(self) -> int:
        """The current output, the last one visited, from 0."""
        return self.workspace.selection.output

    @property
    def parameter(self) -> Parameter:
        """The selected weight, bias or input."""
        return self.workspace.selection.parameter

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
