"""Compares sessions for the tests of files."""

from __future__ import annotations

from engine import Session
from engine.nn.arrays import FloatArray
from engine.text import printable
from tests.engine.strategies import frozen_content, record_content


def bits(array: FloatArray | None) -> object:
    return None if array is None else (array.shape, array.dtype, array.tobytes())


def everything(session: Session) -> list[object]:
    """Everything a session holds, bit for bit; texts as they are shown."""

    def shown(text: str | None) -> str | None:
        return None if text is None else printable(text)

    def all_shown(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if texts is None else tuple(map(printable, texts))

    return [
        shown(session.title),
        None if session.note is None else printable(session.note, keep="\n"),
        session.declared_task,
        all_shown(session.features),
        all_shown(session.classes),
        session.inputs_given,
        bits(session.inputs),
        bits(session.targets),
        *(
            (shown(layer.name), layer.activation, repr(layer.activation.parameters))
            for layer in session.network.layers
        ),
        *(bits(array) for layer in session.network.layers for array in (layer.weights, layer.bias)),
        *(frozen_content(layer) for layer in session.network.layers),
        session.n_test,
        session.training,
        session.derived,
        record_content(session.data),
    ]
