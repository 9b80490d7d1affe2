"""Reads ONNX models of a single dense feed-forward path as sessions, and writes sessions."""

from __future__ import annotations

import os
from pathlib import Path

from engine.files import read_bounded
from engine.formats.extras import check_installed
from engine.formats.reading import Reading
from engine.session.origin import Origin
from engine.session.session import Session

MAX_BYTES = 100_000_000

_LIBRARIES = ("ONNX files", "onnx", "onnx", "google.protobuf")


def read_onnx(path: str | os.PathLike[str], output: str | None = None) -> Reading:
    """Return the session in the ONNX file at `path`, and notes on what was folded or left out.

    Parameters
    ----------
    path
        The model; tensors in files beside it are read too.
    output
        The name of the output to open; None where only one is that of a network.

    Returns
    -------
    Reading
        The session and its notes.

    Raises
    ------
    OutputUnknownError
        When several outputs are those of networks and none is named.
    ValueError
        For anything but a single path of dense layers, in one line that names the node or tensor;
        when the package onnx is missing.
    OSError
        When the file system refuses.
    """
    data = read_bounded(path, MAX_BYTES)
    check_installed(*_LIBRARIES)
    from engine.formats.onnx.graph import Graph
    from engine.formats.onnx.metadata import described
    from engine.formats.onnx.path import find_path
    from engine.formats.onnx.tensors import ExternalData
    from engine.formats.onnx.wire import parsed_model

    model = parsed_model(data)
    graph = Graph(model, ExternalData(Path(path).parent))
    found = find_path(graph, output)
    session, notes = described(found, model)
    origin = Origin(inputs=found.inputs, outputs=found.outputs)
    return Reading(session.evolve(origin=origin), notes, found.dtype)


def write_onnx(session: Session) -> bytes:
    """Return the session's network, names and task as an ONNX model; samples are left out.

    Parameters
    ----------
    session
        Its numbers are written as float32 if that changes none of them, else as float64; inputs
        and outputs are called as in the model it was read from.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ValueError
        When the network is too large; when the package onnx is missing.
    """
    check_installed(*_LIBRARIES)
    from engine.formats.onnx.writer import model_of

    data: bytes = model_of(session).SerializeToString()
    return data
