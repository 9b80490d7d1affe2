"""The two themes of the playground; any other theme of Textual can be chosen too."""

from textual.theme import Theme

DARK = Theme(
    name="nn-play-dark",
    primary="#7aa2f7",
    secondary="#9aa5ce",
    accent="#e0af68",
    foreground="#d5daf0",
    background="#14161f",
    surface="#191c28",
    panel="#222638",
    success="#73daca",
    warning="#e0af68",
    error="#f7768e",
    dark=True,
)
LIGHT = Theme(
    name="nn-play-light",
    primary="#2e5fc4",
    secondary="#5b6488",
    accent="#9a5b00",
    foreground="#23283b",
    background="#f7f8fb",
    surface="#eef0f6",
    panel="#e2e5ef",
    success="#0f766e",
    warning="#9a5b00",
    error="#b4233c",
    dark=False,
)
