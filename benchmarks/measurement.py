"""Types keys into a program and measures how long the screen takes to answer."""

import itertools
import os
import random
import re
import shlex
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.expectation import Expectation
from benchmarks.keys import encode_key
from benchmarks.process_tree import peak_memory_mb, processor_seconds
from benchmarks.pseudo_terminal import Terminal, now

# Variables that the calling shell may have set and the program must not see.
_HIDDEN_VARIABLES = ("TERM_PROGRAM", "LINES", "COLUMNS", "NO_COLOR", "TEXTUAL_THEME")


@dataclass(frozen=True)
class Options:
    """How to type and what to wait for. Keys are separated by blanks; times are in ms."""

    columns: int = 120
    rows: int = 36
    keys: str = ""
    """The keys of one round; none measures the start alone."""
    expect: str = "any"
    repeat: int = 100
    warmup: int = 5
    measured: tuple[int, ...] = ()
    """Positions in the round to measure, from 0; empty for all."""
    prelude: str = ""
    """Keys typed once before the rounds."""
    hold: tuple[int, float] | None = None
    """Number of presses and presses a second, as if the keys were held down, instead of rounds."""
    ready: str = ""
    """A pattern that shows that the program has started; empty for anything painted."""
    quit: str = "ctrl+q"
    quiet: float = 60
    """Silence that ends a reaction."""
    gap: float = 20
    jitter: float = 34
    timeout: float = 3000
    start_timeout: float = 20000
    environment: dict[str, str] = field(default_factory=dict)
    seed: int = 1


@dataclass(frozen=True)
class Answer:
    """One answered key; times in seconds from the write of the key."""

    position: int
    """Which key of the round it was."""
    hit: float
    """To the frame with the expected change."""
    settled: float
    """To the last byte of output."""
    size: int
    """Bytes of output."""


@dataclass
class Measurement:
    """The results of one run of a program."""

    ready: float | None = None
    """From the start of the process to the first frame that counts, in seconds."""
    answers: list[Answer] = field(default_factory=list)
    lost: int = 0
    """Measured keys without an answer."""
    processor_per_key: float = 0.0
    """Seconds of processor time, the whole process tree."""
    peak_memory_mb: float = 0.0
    held: dict[str, float] = field(default_factory=dict)
    screen: str = ""
    """The last screen."""
    error: str = ""

    @property
    def hits(self) -> list[float]:
        return [answer.hit for answer in self.answers]

    @property
    def settles(self) -> list[float]:
        return [answer.settled for answer in self.answers]


@contextmanager
def first_start() -> Iterator[dict[str, str]]:
    """Yield the variables of a colourful terminal in which nothing was ever opened before."""
    with tempfile.TemporaryDirectory() as folder:
        folders = {f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "STATE", "DATA")}
        yield {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | folders


@dataclass
class Typist:
    """Types into a program and waits for its answers.

    ready: seconds from the start of the process to the first frame that counts; None if it did not
    come.
    """

    terminal: Terminal
    options: Options
    ready: float | None

    def __post_init__(self) -> None:
        self._expectation = Expectation(
            self.options.expect, self.options.rows, self.options.columns
        )
        self._random = random.Random(self.options.seed)

    def type(self, data: bytes) -> None:
        """Send a key that is not measured and let its effects settle."""
        self.terminal.write(data)
        self.terminal.collect(now() + self.options.timeout / 1e3, self.options.quiet / 1e3)
        self.terminal.emulate()

    def pause(self) -> None:
        """Wait for a random while, which keeps the keys from locking onto a frame timer."""
        pause = self.options.gap + self._random.uniform(0, self.options.jitter)
        self.terminal.collect(now() + pause / 1e3)
        self.terminal.emulate()

    def press(self, data: bytes, sample: int, position: int = 0) -> Answer | None:
        """Send a key and wait for its change; None when it does not come in time."""
        terminal, options = self.terminal, self.options
        changed = self._expectation.before(terminal, sample)
        start = now()
        deadline = start + options.timeout / 1e3
        terminal.write(data)
        hit = None
        settled = start
        size = 0
        while hit is None and now() < deadline and not terminal.ended:
            arrival = terminal.collect(deadline, options.quiet / 1e3)
            settled = arrival.last or settled
            size += arrival.size
            hit = terminal.emulate(changed)
        if hit is None:
            return None
        return Answer(position, hit - start, settled - start, size)


@contextmanager
def typing_into(command: Sequence[str], options: Options) -> Iterator[Typist]:
    """Run the command in a pseudo-terminal, and type its prelude once it is ready."""
    environment = {
        name: value for name, value in os.environ.items() if name not in _HIDDEN_VARIABLES
    }
    with first_start() as folders:
        environment |= folders | options.environment
        terminal = Terminal(command, options.columns, options.rows, environment)
        try:
            typist = Typist(terminal, options, _wait_until_ready(terminal, options))
            if typist.ready is not None:
                for key in shlex.split(options.prelude):
                    typist.type(encode_key(key))
            yield typist
        finally:
            terminal.close(shlex.split(options.quit))


def measure(command: Sequence[str], options: Options) -> Measurement:
    """Run the command in a pseudo-terminal, type the keys, and return the measurement.

    Before each key the program must have been silent for `quiet` ms. A program that does not start,
    or ends early, is reported in `error`. Raises ValueError for unknown keys and expectations.
    """
    result = Measurement()
    with typing_into(command, options) as typist:
        result.ready = typist.ready
        keys = shlex.split(options.keys)
        if result.ready is None:
            result.error = "the program did not start"
        elif options.hold:
            _hold(typist.terminal, options, keys, result)
        elif keys:
            _rounds(typist, keys, result)
        result.peak_memory_mb = peak_memory_mb(typist.terminal.process_id)
        result.screen = typist.terminal.text()
    return result


def _wait_until_ready(terminal: Terminal, options: Options) -> float | None:
    """Wait until the first frames have settled; return the seconds to the first that counts."""
    pattern = re.compile(options.ready or r"\S", re.MULTILINE)
    deadline = terminal.started + options.start_timeout / 1e3
    stamp = None
    while stamp is None and now() < deadline and not terminal.ended:
        terminal.collect(min(deadline, now() + 0.5), 0.02)
        stamp = terminal.emulate(lambda: pattern.search(terminal.text()) is not None)
    if stamp is None:
        return None
    arrived: float | None = stamp
    while arrived is not None and now() < deadline and not terminal.ended:
        quiet = options.quiet / 1e3
        arrived = terminal.collect(now() + 2 * quiet, quiet).first
        terminal.emulate()
    return stamp - terminal.started


def _rounds(typist: Typist, keys: Sequence[str], result: Measurement) -> None:
    terminal, options = typist.terminal, typist.options
    measured = options.measured or tuple(range(len(keys)))
    processor_at_start = 0.0
    sample = 0
    for turn in range(options.warmup + options.repeat):
        if turn == options.warmup:
            result.answers.clear()
            result.lost = 0
            processor_at_start = processor_seconds(terminal.process_id)
        for position, key in enumerate(keys):
            if terminal.ended:
                result.error = "the program ended early"
                return
            typist.pause()
            data = encode_key(key.replace("{n}", str(sample)))
            if position not in measured:
                typist.type(data)
                continue
            answer = typist.press(data, sample, position)
            if answer is None:
                result.lost += 1
            else:
                result.answers.append(answer)
            sample += 1
    spent = processor_seconds(terminal.process_id) - processor_at_start
    result.processor_per_key = spent / max(1, options.repeat * len(keys))


def _hold(terminal: Terminal, options: Options, keys: Sequence[str], result: Measurement) -> None:
    """Press without waiting for answers, and measure how far behind the screen is at the end."""
    count, rate = options.hold or (0, 1.0)
    processor_at_start = processor_seconds(terminal.process_id)
    start = pressed = now()
    size = 0
    for press in range(count):
        terminal.write(encode_key(keys[press % len(keys)]))
        pressed = now()
        size += terminal.collect(start + (press + 1) / rate).size
    quiet = options.quiet / 1e3
    while not terminal.ended and now() < pressed + options.timeout / 1e3:
        arrival = terminal.collect(now() + quiet, quiet)
        if arrival.first is None:
            break
        size += arrival.size
    arrivals = [stamp for stamp, _ in terminal.pending]
    gaps = [after - before for before, after in itertools.pairwise(arrivals)]
    terminal.emulate()
    spent = processor_seconds(terminal.process_id) - processor_at_start
    result.processor_per_key = spent / max(1, count)
    result.held = {
        "count": count,
        "rate_hz": rate,
        "drain_ms": round((arrivals[-1] - pressed) * 1e3, 1) if arrivals else 0.0,
        "longest_stall_ms": round(max(gaps, default=0.0) * 1e3, 1),
        "bytes": size,
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the percentile with linear interpolation between neighbours, as NumPy does."""
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Return the count, p50, p90, p99, maximum, mean and minimum of the values, in ms."""
    if not seconds:
        return {"n": 0}
    values = {f"p{percent}": percentile(seconds, percent) for percent in (50, 90, 99)}
    values |= {"max": max(seconds), "mean": statistics.fmean(seconds), "min": min(seconds)}
    return {"n": len(seconds)} | {name: round(value * 1e3, 2) for name, value in values.items()}
