"""The playground as a process of its own in a pseudo-terminal, for tests."""

from __future__ import annotations

import os
import re
import sys
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from benchmarks.keys import encode_key
from benchmarks.pseudo_terminal import Terminal, now

ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0
"""Far more than anything takes: a test that waits longer hangs."""
_QUIET = 0.1
_MAIN_SCREEN = b"\x1b[?1049l"
_COMMANDS = re.compile(rb"\x1b(?:\[[0-9;:?<>=]*[ -/]*[@-~]|[()][0-9A-Z]|[=>78cM])")


class RealTerminal(Terminal):
    """Keeps all bytes that the program sent, beside the screen they make."""

    received = b""
    status: int | None = None

    def press(self, *keys: str) -> None:
        """Send the keys one after the other, each once the program is silent."""
        for key in keys:
            self.write(encode_key(key))
            self._take(now() + 0.5)

    def resize(self, columns: int, rows: int) -> None:
        """Take another size, of which the kernel tells the program."""
        termios.tcsetwinsize(self._descriptor, (rows, columns))
        self.screen.resize(rows, columns)

    def wait_for(self, words: str) -> None:
        """Read on until `words` are on the screen."""
        self.wait_until(lambda: words in self.text(), repr(words))

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Read on until the condition holds; `what` names it in a failure."""
        end = now() + _PATIENCE
        while not condition():
            assert not self.ended, f"ended without {what}:\n{self.text()}"
            assert now() < end, f"no {what}:\n{self.text()}"
            self._take(min(end, now() + 0.5))

    def wait_until_gone(self, pressing: bytes = b"") -> int:
        """Read on, and press a key all the while, until the program ends; return its status."""
        end = now() + _PATIENCE
        while not self.ended:
            assert now() < end, f"still there:\n{self.text()}"
            if pressing:
                self.write(pressing)
            self._take(now() + 0.001 if pressing else end)
        status = self._wait(_PATIENCE)
        assert status is not None
        return status

    def hang_up(self) -> int:
        """Close the terminal while the program runs in it; return the program's exit status."""
        with open(os.devnull, "rb") as nothing:
            os.dup2(nothing.fileno(), self._descriptor)
        self.ended = True
        status = self._wait(_PATIENCE)
        assert status is not None, "still there"
        return status

    @property
    def last_words(self) -> str:
        """What was printed after the terminal was as it had been before."""
        before, restored, after = self.received.rpartition(_MAIN_SCREEN)
        assert restored, before
        return _COMMANDS.sub(b"", after).decode().replace("\r\n", "\n")

    def _wait(self, patience: float) -> int | None:
        if self.status is None:
            self.status = super()._wait(patience)
        return self.status

    def _take(self, deadline: float) -> None:
        self.collect(deadline, _QUIET)
        self.received += b"".join(data for _, data in self.pending)
        self.emulate()


@contextmanager
def in_terminal(
    *arguments: str,
    size: tuple[int, int] = (80, 24),
    environment: Mapping[str, str] = MappingProxyType({}),
    program: tuple[str, ...] = ("-m", "tui"),
) -> Iterator[RealTerminal]:
    """Run `nn-play` with `arguments`, or another program of Python, in a terminal of `size`."""
    terminal = RealTerminal(
        [sys.executable, *program, *arguments],
        *size,
        {**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    try:
        yield terminal
    finally:
        terminal.close(["q"])
