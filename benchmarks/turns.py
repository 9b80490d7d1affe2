"""Times contestants in turns, so that a busy machine slows them all; the fastest turn counts.

The time is that of the processor: what other programs take of it in between is not counted.
"""

import time
from collections.abc import Callable, Mapping

Contestant = Callable[[], object]

_TURN_SECONDS = 0.01
_MIN_TURNS = 3


def fastest_turns(
    contestants: Mapping[str, Contestant], n_turns: int, calls: int
) -> dict[str, float]:
    """Return the microseconds per call of each: the mean over its fastest turn of `calls`."""
    fastest = dict.fromkeys(contestants, float("inf"))
    for _ in range(max(1, n_turns)):
        for name, contestant in contestants.items():
            fastest[name] = min(fastest[name], _seconds(contestant, calls))
    return {name: 1e6 * seconds for name, seconds in fastest.items()}


def fastest_within(
    contestants: Mapping[str, Contestant], like: str, seconds: float
) -> dict[str, float]:
    """Return the same, for `seconds` each; the one named `like` sets the calls of a turn."""
    calls = max(1, int(_TURN_SECONDS / _seconds(contestants[like], 3)))
    n_turns = max(_MIN_TURNS, round(seconds / _TURN_SECONDS))
    return fastest_turns(contestants, n_turns, calls)


def _seconds(contestant: Contestant, calls: int) -> float:
    """Return the mean seconds of one call."""
    start = time.process_time()
    for _ in range(calls):
        contestant()
    return (time.process_time() - start) / calls
