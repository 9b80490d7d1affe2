"""Where in a session somebody was: the cursor, the views and the decimals, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.nn.parameters import parameter_code, parse_parameter
from tui.state.selection import Selection
from tui.state.view_settings import DIGITS
from tui.state.workspace import Workspace
from tui.views.registry import known_views


def place_of(workspace: Workspace) -> dict[str, object]:
    """Return where a workspace stands, as values that JSON can hold."""
    selection = workspace.selection
    return {
        "parameter": parameter_code(selection.parameter),
        "neuron": [selection.layer_index, selection.neuron],
        "sample": selection.sample,
        "target": selection.target,
        "output": selection.output,
        "views": list(workspace.view.views),
        "digits": workspace.view.digits if workspace.view.digits_chosen else None,
    }


def at_place(workspace: Workspace, place: Mapping[str, object]) -> Workspace:
    """Return the workspace standing there, as far as there still is such a place."""
    match place.get("views"):
        case [str(), str(), *_] as names:
            views = known_views(map(str, names), workspace.view.views)
            workspace = workspace.viewing(views=views)
    if place.get("digits") in DIGITS:
        workspace = workspace.viewing(digits=place["digits"], digits_chosen=True)
    match place:
        case {
            "parameter": str(code),
            "neuron": [int(layer_index), int(neuron)],
            "sample": int(sample),
            "target": int() | None as target,
            "output": int(output),
        } if min(layer_index, neuron, sample, target or 0, output) >= 0:
            return _standing(
                workspace,
                code,
                Selection(
                    workspace.selection.parameter, layer_index, neuron, sample, target, output
                ),
            )
    return workspace


def _standing(workspace: Workspace, code: str, selection: Selection) -> Workspace:
    """The workspace with a selection, unless the network has no such parameter any more."""
    try:
        parameter = parse_parameter(code, workspace.session.network)
    except ValueError:
        return workspace
    return workspace.selecting(replace(selection, parameter=parameter))


def remember_place(workspace: Workspace) -> None:
    """Put the open file first among the recent ones, with the place where one is in it."""
    source = workspace.source
    if source is None or source.path is None:
        return
    from tui.files.recent import remember_file

    remember_file(source.path, workspace.session.title or "", place_of(workspace))
