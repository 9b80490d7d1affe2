"""Latency from a keypress to the changed screen of a terminal program, as JSON.

    python -m benchmarks.latency [options] -- COMMAND [ARG...]

    # each `down` must change row 3 of the screen, counted from 0
    python -m benchmarks.latency --keys down --expect row:3 -- python app.py

    # two keys in turn; what the pattern captures must change
    python -m benchmarks.latency --keys "up down" --expect 'regex:loss = ([-\\d.]+)' -- nn-play

    # type into a cell and wait for a text; only the last key is timed, {n} counts the samples
    python -m benchmarks.latency --keys "enter text:{n} enter" --measure 2 \\
        --expect 'appears:saved {n}' -- python app.py

    # 60 presses at 30 Hz: how long until the screen has caught up
    python -m benchmarks.latency --keys down --hold 60@30 -- python app.py

    # check that the harness itself measures correctly
    python -m benchmarks.latency --selftest

The clock starts before the key is written to the pseudo-terminal and stops when the output that
completes the change arrives. Where a program brackets its frames with synchronized output, as
Textual does, a change counts once the bracket is closed, when a terminal would show it. A real
terminal adds its own drawing time. Expectations are described in `expectation.py`, keys in
`keys.py`.

Exit status: 0; 1 when keys were lost; 2 when the program did not start or ended early.
"""

import argparse
import json
import os
import platform
import shlex
import statistics
import sys

from benchmarks.measurement import Measurement, Options, measure, summary

_ECHO = r"""
import os, sys, time, tty
delay = float(sys.argv[1]); synchronized = len(sys.argv) > 2
tty.setraw(0); os.write(1, b"\x1b[2J\x1b[Hready 0"); count = 0
while (data := os.read(0, 64)) != b"q":
    if data.startswith(b"\x1b"): continue
    count += 1
    if synchronized: os.write(1, b"\x1b[?2026h\x1b[Hready %d" % count)
    time.sleep(delay)
    os.write(1, b"\x1b[?2026l" if synchronized else b"\x1b[Hready %d" % count)
"""
_DEAF = r"""
import os, tty
tty.setraw(0); os.write(1, b"\x1b[2J\x1b[Hready 0")
while os.read(0, 64) != b"q": os.write(1, b"\x1b[5;1Hx")
"""


def report(result: Measurement, options: Options) -> dict[str, object]:
    """Return the measurement as JSON: times in ms, latencies also for each key of a round."""
    keys = shlex.split(options.keys)
    by_key = {
        f"{position}:{key}": summary(
            [answer.hit for answer in result.answers if answer.position == position]
        )
        for position, key in enumerate(keys)
    }
    sizes = [answer.size for answer in result.answers]
    return {
        "ready_ms": None if result.ready is None else round(result.ready * 1e3, 1),
        "latency_ms": summary(result.hits) | {"lost": result.lost},
        "settle_ms": summary(result.settles),
        "by_key": by_key,
        "bytes_per_key": statistics.median(sizes) if sizes else None,
        "cpu_ms_per_key": round(result.processor_per_key * 1e3, 2),
        "peak_memory_mb": result.peak_memory_mb,
        "hold": result.held,
        "error": result.error,
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": os.getloadavg()[0],
    }


def self_test() -> bool:
    """Measure programs of known latency, print the figures, return whether they are right."""
    options = Options(
        keys="j", repeat=40, warmup=3, quit="q", quiet=25, expect=r"regex:ready (\d+)"
    )
    deaf_options = Options(
        keys="j", repeat=3, warmup=1, quit="q", quiet=25, timeout=200, expect=options.expect
    )
    python = [sys.executable, "-S", "-c"]
    floor = summary(measure([*python, _ECHO, "0"], options).hits)
    slow = summary(measure([*python, _ECHO, "0.02"], options).hits)
    # The glyph arrives at once and the frame closes 20 ms later.
    bracketed = summary(measure([*python, _ECHO, "0.02", "synchronized"], options).hits)
    deaf = measure([*python, _DEAF], deaf_options)
    good = (
        floor["n"] == slow["n"] == bracketed["n"] == options.repeat
        and floor["p50"] < 5
        and 20 <= slow["p50"] < 25
        and 20 <= bracketed["p50"] < 25
        and (len(deaf.hits), deaf.lost) == (0, deaf_options.repeat)
    )
    found = {"floor": floor, "known_20_ms": slow, "bracketed_20_ms": bracketed, "ok": good}
    print(json.dumps(found, indent=1))
    return good


def parse(arguments: list[str]) -> tuple[argparse.Namespace, Options]:
    """Parse the command line; the program to run is in `command`."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.latency",
        description=(__doc__ or "").partition("\n")[0],
        epilog="The text at the top of benchmarks/latency.py has examples.",
    )
    defaults = Options()
    add = parser.add_argument
    add("command", nargs="*", help="the program and its arguments, after --")
    add("--size", default="120x36", help="COLUMNSxROWS (%(default)s)")
    add("--keys", default="", help="keys of one round; none measures the start alone")
    add("--expect", default=defaults.expect, help="the change to wait for (%(default)s)")
    add("--repeat", type=int, default=defaults.repeat, help="measured rounds (%(default)s)")
    add("--warmup", type=int, default=defaults.warmup, help="rounds before (%(default)s)")
    add("--measure", default="", help="positions in the round to measure: 2 or 0,2 (all)")
    add("--prelude", default="", help="keys typed once before the rounds")
    add("--hold", default="", metavar="COUNT@HZ", help="hold the keys down instead")
    add("--ready", default="", help="pattern that says the program has started")
    add("--quit", default=defaults.quit, help="keys that end the program (%(default)s)")
    add("--quiet", type=float, default=defaults.quiet, help="ms that end a reaction")
    add("--gap", type=float, default=defaults.gap, help="ms between keys (%(default)s)")
    add("--jitter", type=float, default=defaults.jitter, help="up to this many ms more")
    add("--timeout", type=float, default=defaults.timeout, help="ms to wait for an answer")
    add("--start-timeout", type=float, default=defaults.start_timeout, help="ms to start")
    add("--env", action="append", default=[], metavar="NAME=VALUE", help="repeatable")
    add("--seed", type=int, default=defaults.seed, help="of the pauses between keys")
    add("--samples", action="store_true", help="print every latency")
    add("--screen", action="store_true", help="print the last screen")
    add("--selftest", action="store_true", help="check the harness itself")
    given = parser.parse_args(arguments)
    columns, _, rows = given.size.partition("x")
    count, _, rate = given.hold.partition("@")
    options = Options(
        columns=int(columns),
        rows=int(rows),
        keys=given.keys,
        expect=given.expect,
        repeat=given.repeat,
        warmup=given.warmup,
        measured=tuple(int(position) for position in given.measure.split(",") if position),
        prelude=given.prelude,
        hold=(int(count), float(rate or 30)) if count else None,
        ready=given.ready,
        quit=given.quit,
        quiet=given.quiet,
        gap=given.gap,
        jitter=given.jitter,
        timeout=given.timeout,
        start_timeout=given.start_timeout,
        environment=dict(item.split("=", 1) for item in given.env),
        seed=given.seed,
    )
    if not given.selftest and not given.command:
        parser.error("a command is missing: python -m benchmarks.latency [options] -- COMMAND")
    return given, options


def main() -> int:
    given, options = parse(sys.argv[1:])
    if given.selftest:
        return 0 if self_test() else 1
    result = measure(given.command, options)
    printed = report(result, options)
    if given.samples:
        printed["samples_ms"] = [round(hit * 1e3, 2) for hit in result.hits]
    if given.screen or result.error:
        printed["screen"] = result.screen
    print(json.dumps(printed, indent=1, ensure_ascii=False))
    if result.error:
        return 2
    return 1 if result.lost else 0


if __name__ == "__main__":
    sys.exit(main())
