"""Signals that ask a command to end: nothing stays half written, and what was learned is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
_OFFSET = 128

_Handler = Callable[[int, FrameType | None], None]


class Interrupted(KeyboardInterrupt):
    """A signal asks the command to end.

    Parameters
    ----------
    number
        That of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def status(self) -> int:
        """The exit status of a program that this signal has ended."""
        return _OFFSET + self.number


def _raise(number: int, frame: FrameType | None) -> None:
    raise Interrupted(number)


@contextmanager
def interrupts_raised() -> Iterator[None]:
    """Let such a signal raise Interrupted, so that files are left whole and temporary ones removed.

    By itself, a signal other than SIGINT would end the process on the spot.
    """
    with _handled(_raise):
        yield


@contextmanager
def interrupts_noted() -> Iterator[Callable[[], Interrupted | None]]:
    """Note the first such signal without acting on it; yield the function that tells which came.

    The same signal once more acts at once.
    """
    noted: list[Interrupted] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(Interrupted(number))
        signal.signal(number, _raise)

    with _handled(note):
        yield lambda: noted[0] if noted else None


@contextmanager
def _handled(handler: _Handler) -> Iterator[None]:
    """Set the handler of each signal but of those that the parent process chose to ignore.

    Programs such as nohup do, and a shell for its jobs in the background.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    acting = (signal.SIG_DFL, signal.default_int_handler, _raise)
    ours = [number for number, old in before.items() if old in acting]
    for number in ours:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
