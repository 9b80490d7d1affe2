"""A pasted text without what consoles, web pages and notebooks put around it.

Every line keeps its place, so that a message can name it.
"""

from __future__ import annotations

import re

from engine.clipboard.tokens import MAX_CHARACTERS

TEXT = r"""(?:"[^"\n]*"|(?<![\w\])}.])'[^'\n]*')"""
"""A quoted string; a quote after a bracket or a name is MATLAB's transpose."""

_COLOUR = re.compile(r"\x1b\[[\d;?]{0,20}[A-Za-z]|\[\d{1,3}(?:;\d{1,3}){0,5}m")
"""Of a terminal; pasting may have taken away the escape character before it."""

_PLAINER = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2013\u2010\u2011", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009\u2007", " "),
        **dict.fromkeys("\u2018\u2019\u201a", "'"),
        **dict.fromkeys("\u201c\u201d\u201e", '"'),
        **{chr(0x2080 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("\ufeff\u200b", None),
        "\u03c3": "sigma",
    }
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_PROMPT = re.compile(
    r"^(?:>>>|>>|>|julia>|octave:\d+>|In \[[\d ]*\]:|Out\[[\d ]*\]:)(?:[ \t]|$)", re.MULTILINE
)
_CONTINUED = re.compile(r"^(?:\.\.\.|   \.\.\.:)(?:[ \t]|$)", re.MULTILINE)
_OF_A_SHELL = re.compile(
    r"^(?:\([\w.-]{1,40}\)[ ])?[\w@:~/.\\ -]{0,80}"
    r"(?:[$%>][ \t]*(?:python|node|julia|Rscript|octave|\./)[^\n]*|\$[ \t]*)$",
    re.MULTILINE | re.ASCII,
)
"""A command and what stands before it."""

_NUMBERED = re.compile(r"^[ \t]*(\d{1,5})(?:[ \t]*[|:.][ \t]?|\t|[ ]{2,}|[ \t]*$)(.*)$")
_CONTINUED_IN_MATLAB = re.compile(r"(?<=[\d,;\[=])[ \t]{0,20}\.\.\.[ \t]{0,20}\n")
"""Three dots at the end of a line that has a number: the row goes on in the next one."""

_COMMENT = re.compile(
    rf"({TEXT})|/\*[^*]*\*/|\#[^\n]*|(?:(?<=[,;{{}}\[\]])|^)[ \t]*//[^\n]*"
    r"|(?:(?<=;)|^)[ \t]*%[^\n]*",
    re.MULTILINE,
)
_LATEX = re.compile(
    r"\\begin\{(?P<name>[bpvBV]?matrix\*?|array)\}(?:\{[clr|]{1,80}\})?(?P<rows>[^{}]*)"
    r"\\end\{(?P=name)\}",
    re.ASCII,
)
_STYLE_OF_LATEX = re.compile(
    r"\\(?:mathbf|boldsymbol|mathrm|bm|vec|hat|text)\{(\w{1,40})\}|\\begin\{[a-z*]{1,20}\}"
    r"|\\end\{[a-z*]{1,20}\}|\\(?:left|right)[.\[\](|)]|\\q?quad|\\[,;!\[\]()]|\$\$?|&(?==)"
)
_INDEX_OF_LATEX = re.compile(r"[\^_]\{?[\[(]?(\d{1,3})[\])]?\}?", re.ASCII)
_ELISION = re.compile(r"\.\.\.|…|⋮|⋱")


def cleaned(text: str) -> str:
    """Return the text with plain line ends, signs and blanks, and without prompts and colours.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When it is too long or empty.
    """
    if len(text) > MAX_CHARACTERS:
        raise ValueError(
            f"{len(text):,} characters are too many to paste; at most {MAX_CHARACTERS:,} are read"
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_PLAINER)
    text = _COLOUR.sub("", text)
    if _FENCE.search(text):
        text = _inside_fences(text)
    text = _without_line_numbers(_OF_A_SHELL.sub("", text))
    if _PROMPT.search(text):
        text = _CONTINUED.sub("", _PROMPT.sub("", text))
    if _LATEX.search(text):
        text = _LATEX.sub(_matrix_of_latex, text)
        text = _STYLE_OF_LATEX.sub(lambda found: found[1] or "", text)
        text = _INDEX_OF_LATEX.sub(r"\1", text)
    if not text.strip():
        raise ValueError("there is nothing to paste")
    if ";" in text and "array(" not in text and "tensor(" not in text:
        text = _CONTINUED_IN_MATLAB.sub(" ", text)
    return text.rstrip()


def without_comments(text: str) -> str:
    """Return the text without comments: from # or // to the end of the line, or of MATLAB or C.

    Parameters
    ----------
    text
        What was pasted.

    Returns
    -------
    str
    """
    return _COMMENT.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)


def check_nothing_left_out(text: str, line: int = 1) -> None:
    """Raise ValueError, naming the line, if dots stand for omitted numbers.

    Parameters
    ----------
    text
        A part of what was pasted.
    line
        The number of its first line.
    """
    found = _ELISION.search(text)
    if found:
        how = "in NumPy after np.set_printoptions(threshold=10**6)"
        if "tensor(" in text:
            how = "in PyTorch after torch.set_printoptions(profile='full')"
        raise ValueError(
            f"line {line + text.count(chr(10), 0, found.start())}: {found[0]} stands for numbers "
            f"that are left out; print the whole array, {how}"
        )


def _matrix_of_latex(found: re.Match[str]) -> str:
    return f"[{found['rows'].replace(chr(92) * 2, ';').replace('&', ',')}]"


def _inside_fences(text: str) -> str:
    """The code of a web page or an answer, if the words around it hold no numbers in brackets."""
    parts = _FENCE.split(text)
    if any("[" in part or "{" in part for part in parts[::2]):
        return _FENCE.sub("", text)
    for outside in range(0, len(parts), 2):
        parts[outside] = "\n" * parts[outside].count("\n")
    return "".join(parts)


def _without_line_numbers(text: str) -> str:
    """The text without the numbers 1, 2, 3 … before its lines, if these are lines of a program."""
    lines = text.split("\n")
    found = [_NUMBERED.match(line) for line in lines if line.strip()]
    numbers = [int(match[1]) for match in found if match]
    is_counted = len(numbers) == len(found) and numbers == list(
        range(numbers[0], numbers[0] + len(numbers)) if numbers else ()
    )
    if len(numbers) < 2 or not is_counted or not any("=" in match[2] for match in found if match):
        return text
    return "\n".join(_NUMBERED.sub(r"\2", line) for line in lines)
