"""Time from a keypress to changed numbers and settled plots, against another version of nn-play.

    python -m benchmarks.against PYTHON [--json] [--rounds N] [--starts N]

PYTHON is the interpreter of an environment in which the other version is installed. Both run at
once and are typed into key by key in turn, so that a machine that slows down slows both: a
difference of two hundredths shows, where medians of runs differ by a third.
"""

import argparse
import json
import random
import re
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.keypress import Contestant, contestants
from benchmarks.keys import encode_key
from benchmarks.measurement import Answer, percentile, summary, typing_into

_WARM_UP = 10

Answers = list[tuple[Answer, Answer]]
"""Of this version and the other, to the same key."""


def pairs(program: Contestant, commands: Sequence[Sequence[str]], rounds: int) -> Answers:
    """Start both commands and return their answers; raise SystemExit when one has none."""
    keys = [encode_key(key) for key in program.options.keys.split()]
    found = []
    with ExitStack() as stack:
        typists = [
            stack.enter_context(typing_into(command, program.options)) for command in commands
        ]
        for number in range(_WARM_UP + rounds):
            answers = {}
            for place in random.sample(range(len(typists)), len(typists)):
                typists[place].pause()
                answer = typists[place].press(keys[number % len(keys)], number)
                if answer is None:
                    screen = typists[place].terminal.text().rstrip()
                    raise SystemExit(
                        f"{program.title}: {commands[place][0]}: no answer\n\n{screen}"
                    )
                answers[place] = answer
            found.append((answers[0], answers[1]))
        for typist, command in zip(typists, commands, strict=True):
            screen = typist.terminal.text().rstrip()
            if not re.search(program.aim, screen):
                raise SystemExit(f"{command[0]}: {program.aim!r} is not on the screen\n\n{screen}")
    return found[_WARM_UP:]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against")
    parser.add_argument("python", metavar="PYTHON", help="of the other version's environment")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, default=100, help="keys after each start (100)")
    parser.add_argument("--starts", type=int, default=3, help="of each program (3)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _, *programs = contestants(Path(folder))
        found: dict[str, Answers] = {program.title: [] for program in programs}
        for _ in range(given.starts):
            for program in programs:
                # Without -P it would take this version, which is in the current folder.
                commands = (program.command, (given.python, "-P", *program.command[1:]))
                found[program.title] += pairs(program, commands, given.rounds)
    if given.json:
        print(json.dumps({title: _figures(answers) for title, answers in found.items()}, indent=1))
        return
    print(
        f"keypress to the changed number, this version and the other, {given.starts} starts, ms\n"
    )
    heading = f"{'this':>7} {'other':>7} {'ratio':>7}"
    print(f"{'':<28}  {heading}  {heading}  until settled")
    for title, answers in found.items():
        columns = [f"{title:<28}"]
        for times in _times(answers):
            this, other = (1e3 * percentile(column, 50) for column in zip(*times, strict=True))
            columns.append(f"{this:>7.2f} {other:>7.2f} {_ratio(times):>7.3f}")
        print("  ".join(columns))


Times = list[tuple[float, float]]


def _times(answers: Answers) -> tuple[Times, Times]:
    """The seconds to the changed number, and those until everything has settled."""
    return (
        [(this.hit, other.hit) for this, other in answers],
        [(this.settled, other.settled) for this, other in answers],
    )


def _ratio(times: Times) -> float:
    return statistics.median(this / other for this, other in times)


def _figures(answers: Answers) -> dict[str, object]:
    return {
        name: {
            "this_ms": summary([this for this, _ in times]),
            "other_ms": summary([other for _, other in times]),
            "ratio": _ratio(times),
        }
        for name, times in zip(("changed", "settled"), _times(answers), strict=True)
    }


if __name__ == "__main__":
    main()
