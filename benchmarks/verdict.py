"""Formats a figure and its bar."""


def verdict(figure: float, bar: float, unit: str) -> str:
    """Return the figure, its bar and whether it holds: "1.31 ×  (bar 1.5 ×: holds)"."""
    holds = "holds" if figure <= bar else "MISSED"
    return f"{figure:.2f} {unit}  (bar {bar:g} {unit}: {holds})"
