"""Where a network comes from: an example's id, a file, or standard input."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from engine import examples
from engine.formats import layers_of, read
from engine.formats.reading import (
    ActivationsUnknownError,
    NetworkUnknownError,
    OrderUnknownError,
    OrientationUnknownError,
    OutputUnknownError,
    Reading,
    ReadOptions,
)
from engine.formats.toml import MAX_BYTES, read_toml
from engine.nn.parsing import parse_activations
from engine.session.session import Session
from tui.files.options import NO_OPTIONS, SourceOptions
from tui.terminal import escaped, reason_of, shortened

if TYPE_CHECKING:
    from engine.formats.tensors.safetensors_header import TensorEntry
    from engine.nn.activations import Activation

Stamp = tuple[int, int, int]
"""When a file was last modified, in nanoseconds, its size, and its number on the disk."""

STANDARD_INPUT = "-"
_MAX_NAME_LENGTH = 200
_MAX_REASON_LENGTH = 400
_BORROW = "--tensor NAME opens one layer of it; 'nn-play info' lists its tensors"


class SourceError(ValueError):
    """A source that cannot be read: one printable line that begins with its name.

    options: those given for it. reason: the message of its reader. tensors: the matrices of the
    file that can be opened one at a time.
    """

    def __init__(
        self,
        source: Source,
        options: SourceOptions,
        reason: OSError | ValueError,
        tensors: tuple[TensorEntry, ...] = (),
    ) -> None:
        what = reason_of(reason) if isinstance(reason, OSError) else str(reason)
        hint = f"; {_BORROW}" if tensors else ""
        super().__init__(f"{source.name}: {shortened(escaped(what), _MAX_REASON_LENGTH)}{hint}")
        self.source = source
        self.options = options
        self.reason = reason
        self.tensors = tensors


@dataclass(frozen=True)
class Source:
    """The source as named by the user, and what it means: a file, an example, or neither.

    Neither means standard input, or part of a file, which is not written back to. dtype: that of
    the file's numbers. notes: what was noticed while reading. is_ours: whether this playground has
    written the file since opening it. stamp: what the file was like when it was read or written.
    """

    text: str
    path: Path | None
    example: str | None
    dtype: str = "float64"
    notes: tuple[str, ...] = ()
    is_ours: bool = False
    stamp: Stamp | None = None

    @property
    def is_changed(self) -> bool:
        """Whether another program has changed the file since it was read or written here."""
        now = None if self.path is None else stamp_of(self.path)
        return now is not None and now != self.stamp

    @property
    def name(self) -> str:
        """The name, safe to print."""
        if self.text == STANDARD_INPUT:
            return "standard input"
        return shortened(escaped(self.text), _MAX_NAME_LENGTH) or "''"


_QUESTIONS = (
    ActivationsUnknownError,
    OrientationUnknownError,
    OrderUnknownError,
    NetworkUnknownError,
    OutputUnknownError,
)
"""What a file leaves open and an option says."""


def read_source(text: str, options: SourceOptions = NO_OPTIONS) -> tuple[Session, Source]:
    """Return the session that `text` names, and its source.

    "-" is TOML on standard input; a suffix or a slash means a file; anything else is the id of an
    example. Raises SourceError.
    """
    source = understood(text)
    # Taken before: a change while it is read must not go unnoticed.
    stamp = None if source.path is None else stamp_of(source.path)
    try:
        reading = _reading(source, options)
    except (*_QUESTIONS, OSError) as error:
        raise SourceError(source, options, error) from error
    except ValueError as error:
        raise SourceError(source, options, error, _tensors(source, options)) from error
    is_whole = options.tensor is options.output is None and not reading.is_part
    path = source.path if is_whole else None
    return reading.session, replace(
        source, path=path, dtype=reading.dtype, notes=reading.notes, stamp=stamp
    )


def understood(text: str) -> Source:
    """Return what `text` names, without looking whether it is there."""
    if text == STANDARD_INPUT:
        return Source(text, None, None)
    if not means_file(text):
        return Source(text, None, text)
    return Source(text, path_of(text), None)


def stamp_of(path: Path) -> Stamp | None:
    """Return what a file is like now, or None if there is none that can be seen."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def means_file(text: str) -> bool:
    """Return whether `text` names a file, not an example: it has a suffix or a slash."""
    separators = [os.sep, os.altsep or os.sep]
    return (
        text in (".", "..") or any(sign in text for sign in separators) or bool(Path(text).suffix)
    )


def path_of(text: str) -> Path:
    """Return the path that `text` names; a leading ~ is a home folder."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        # There is no such user; the file is then reported missing under the given name.
        return Path(text)


def _reading(source: Source, options: SourceOptions) -> Reading:
    if options.tensor is None and (options.bias is not None or options.neurons is not None):
        raise ValueError("--bias and --neurons go with --tensor")
    if options.output is not None and (source.path is None or options.tensor is not None):
        raise ValueError("--output is for ONNX and Keras files")
    if source.path is not None and options.tensor is not None:
        # Imported here: few sources are opened in part.
        from tui.files.borrow import borrowed

        return borrowed(source.path, options)
    activations = _activations(options)
    if source.path is not None:
        return read(source.path, activations, options.transposed, options.layers, options.output)
    if source.example is None:
        session = read_toml(_standard_input())
    elif source.example in examples.ids():
        session = examples.load(source.example)
    else:
        raise ValueError(_unknown(source.example))
    if options.tensor is not None:
        raise ValueError("--tensor is for safetensors files")
    ReadOptions(activations, options.transposed, layers_of(options.layers)).refuse_all()
    return Reading(session, dtype=session.dtype)


def _activations(options: SourceOptions) -> tuple[Activation, ...] | None:
    if options.activations is None:
        return None
    try:
        return tuple(parse_activations(options.activations))
    except ValueError as error:
        raise ValueError(f"--activations: {error}") from error


def _tensors(source: Source, options: SourceOptions) -> tuple[TensorEntry, ...]:
    """The matrices of a file that is not opened whole, whatever the options."""
    if source.path is None or (options.tensor, options.bias, options.neurons) != (None, None, None):
        return ()
    from tui.files.borrow import borrowable

    tensors = borrowable(source.path)
    if tensors and options != NO_OPTIONS:
        try:
            read(source.path)
        except _QUESTIONS:
            return ()
        except (OSError, ValueError):
            return tensors
        return ()
    return tensors


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise ValueError("is closed")
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def _unknown(name: str) -> str:
    close = get_close_matches(name[:_MAX_NAME_LENGTH], examples.ids(), n=1)
    hint = f"did you mean {close[0]}?" if close else "'nn-play examples' lists them"
    return f"there is no such example; {hint} (a file needs its suffix or a slash, as in ./name)"
