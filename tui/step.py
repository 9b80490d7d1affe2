"""How far a nudge goes, as typed."""

from tui.arithmetic import evaluate


def parse_step(text: str) -> float:
    """Return the step that `text` stands for; raise ValueError unless it is a positive number."""
    step = evaluate(text)
    if step <= 0:
        raise ValueError("the step must be more than 0")
    return step
