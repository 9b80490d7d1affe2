"""A program in a pseudo-terminal whose output is stamped on arrival and emulated later.

Bytes are only read and stamped while the program works; the terminal emulation (pyte, pure
Python and slow) runs afterwards on the recorded chunks, so that it takes no processor from the
measured program and delays no timestamp. POSIX only.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyte

from benchmarks.keys import encode_key

now = time.monotonic

# Sequences that change no cell, and that pyte would print as text or misread.
_IGNORED = re.compile(
    rb"\x1b\[[<>=][0-9;:]*[a-zA-Z]"  # kitty keyboard, secondary device attributes
    rb"|\x1b\[\?[0-9;]*\$p"  # mode queries
    rb"|\x1b\[[0-9;]*\$[a-z]"
    rb"|\x1b\[[0-9;]*[ ][a-zA-Z]"  # shape of the cursor
    rb"|\x1b[P_^][^\x1b\x07]*(?:\x1b\\|\x07)"  # device control and application strings
)
_UNFINISHED = re.compile(rb"\x1b(?:[\[P_^\]][^a-zA-Z\x07]{0,64})?$")
_SYNCHRONIZED = re.compile(rb"\x1b\[\?2026([hl])")
_QUERIES = (  # what a program asks, and what a modern terminal answers
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),  # synchronized output: yes
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),  # reports of resizing: no
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;c"),
    (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
    (re.compile(rb"\x1b\]11;\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
)


@dataclass(frozen=True)
class Arrival:
    """The output of one wait: time stamps of the first and last chunk in seconds, and bytes."""

    first: float | None
    last: float | None
    size: int


class Terminal:
    """A child process in a pseudo-terminal, with the screen it has painted."""

    def __init__(
        self, command: Sequence[str], columns: int, rows: int, environment: Mapping[str, str]
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.pending: deque[tuple[float, bytes]] = deque()
        self.ended = False
        self.started = now()
        self._stream = pyte.ByteStream(self.screen)
        self._unfinished = b""
        self._frame_open = False
        size = struct.pack("HHHH", rows, columns, 0, 0)
        self.process_id, self._descriptor = pty.fork()
        if self.process_id == 0:
            # The child sets the size too: it may ask before the parent gets to run.
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            try:
                os.execvpe(command[0], list(command), dict(environment))
            except OSError as error:
                os.write(2, f"cannot run {command[0]}: {error}\n".encode())
                os._exit(127)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, size)
        os.set_blocking(self._descriptor, False)

    def write(self, data: bytes) -> None:
        """Send bytes as if they were typed."""
        while data:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [], 0.1)

    def collect(self, deadline: float, quiet: float | None = None) -> Arrival:
        """Read until the output has been silent for `quiet` seconds, or until `deadline`."""
        first = last = None
        size = 0
        while not self.ended:
            limit = deadline if last is None or quiet is None else min(deadline, last + quiet)
            wait = limit - now()
            if wait <= 0:
                break
            stamp = self._read(wait)
            if stamp is not None:
                first = stamp if first is None else first
                last = stamp
                size += len(self.pending[-1][1])
        return Arrival(first, last, size)

    def emulate(self, on_frame: Callable[[], bool] | None = None) -> float | None:
        """Emulate the recorded chunks; return the time stamp at which `on_frame` first held.

        `on_frame` is asked after every chunk that leaves a visible frame. Inside a synchronized
        update nothing is visible: a terminal shows the frame when the update is closed.
        """
        hit = None
        while self.pending:
            stamp, chunk = self.pending.popleft()
            data = self._unfinished + chunk
            cut = _UNFINISHED.search(data)
            end = cut.start() if cut else len(data)
            data, self._unfinished = data[:end], data[end:]
            marks = _SYNCHRONIZED.findall(data)
            if marks:
                self._frame_open = marks[-1] == b"h"
            self._stream.feed(_IGNORED.sub(b"", data))
            visible = b"l" in marks or not self._frame_open
            if on_frame is not None and hit is None and visible and on_frame():
                hit = stamp
        return hit

    def text(self) -> str:
        """The screen as lines, without blanks at their ends."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def close(self, quit_keys: Sequence[str] = ()) -> int:
        """End the program and return its exit status: by its own keys, SIGTERM, then SIGKILL."""
        for key in quit_keys:
            if not self.ended:
                self.write(encode_key(key))
                self.collect(now() + 0.3, 0.1)
        status = self._wait(1.0) if quit_keys else None
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            if status is None:
                os.kill(self.process_id, signal_number)
                status = self._wait(2.0)
        os.close(self._descriptor)
        return -signal.SIGKILL if status is None else status

    def _read(self, timeout: float) -> float | None:
        """Wait for output, record it and return its time of arrival, or None."""
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, timeout))
        if not ready:
            return None
        stamp = now()
        try:
            data = os.read(self._descriptor, 1 << 16)
        except BlockingIOError:
            return None
        except OSError:  # the other side is closed
            data = b""
        if not data:
            self.ended = True
            return None
        for query, answer in _QUERIES:
            if query.search(data):
                self.write(answer)
        self.pending.append((stamp, data))
        return stamp

    def _wait(self, patience: float) -> int | None:
        """The exit status, or None when the program still runs after `patience` seconds."""
        end = now() + patience
        while True:
            process_id, status = os.waitpid(self.process_id, os.WNOHANG)
            if process_id:
                return os.waitstatus_to_exitcode(status)
            if now() >= end:
                return None
            if self.ended:
                time.sleep(0.01)
            else:  # a program whose output is not read cannot end
                self._read(0.02)
                self.pending.clear()
