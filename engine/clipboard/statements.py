"""The values in a pasted text under the names that it gives them, in the order of the text.

A text is taken as a row of statements: what an assignment gives to a name, what a console prints
below or behind a name, and values alone. Everything else is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.clipboard.names import role_of, words_of
from engine.clipboard.plain import TEXT, check_nothing_left_out
from engine.clipboard.tables import Line, is_about, is_row, table_in
from engine.clipboard.tokens import quoted, tokens_of
from engine.clipboard.values import Nested, ValueReader, is_known_call, table_of

_MARK = re.compile(rf"{TEXT}|[\[(){{}}\]\n;,]")
_NUMBER_FOLLOWS = re.compile(r"[ \t]*[-+.\d]")
_NAME_FOLLOWS = re.compile(r"\s*(?:[A-Za-z_][\w.]*[ \t]*=(?!=)|[\"'][\w.]+[\"'][ \t]*:)", re.ASCII)
_ARRAY_FOLLOWS = re.compile(r"\s*(?:[\w.]{0,40}\(|\[)")
_IS_GIVEN = re.compile(r"(?<![=!<>])=(?![=>])|:|<-")

_MAX_STATEMENTS = 10_000
"""Far more than the program of a lesson has; rows of numbers do not count."""

_MAX_NAME_LENGTH = 300
"""How far into a statement its sign of assignment is looked for."""

_INDEX = r"\[\d{1,3}\]|\{\d{1,3}(?:,[ ]?\d{1,3})?\}"
_NAME = rf"[A-Za-z_]\w*(?:{_INDEX}|\.\w+)*"
_TYPE = r"[A-Za-z_][\w:.]*(?:<[^=\n;{}]{1,80}>)?(?:[ ]?\[[\w, ]{0,20}\])*[*&]?"
_ASSIGNED = re.compile(
    rf"""(?:{_TYPE}[ \t]+(?:{_TYPE}[ \t]+){{0,5}}(?P<sized>[A-Za-z_]\w*)
          (?:[ ]?\[(?P<n_rows>\d{{1,6}})\][ ]?\[(?P<n_columns>\d{{1,6}})\]|(?:[ ]?\[\w*\])*)
          (?P<braces>(?=\{{[-+.\d{{]))?
        | [$@]?(?P<name>{_NAME})(?:\[["'](?P<key>[\w.]+)["']\])?)
        [ \t]*(?::(?!=)[^=\n({{"']{{0,80}})?
        (?::?=(?![=>])|<-|(?(braces)|(?!)))
        \s*(?P<value>.*)""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
"""In Python, MATLAB, R, Julia, JavaScript; with a type before the name in C and its relatives."""

_SEVERAL = re.compile(
    r"(?P<names>[A-Za-z_][\w. ,]{1,200})=(?!=)(?P<value>.*)", re.ASCII | re.DOTALL
)
_SET_BY_CALL = re.compile(
    rf"(?P<name>{_NAME})\.(?:set_weights|copy_|fromJSON|assign|set_value|load_state_dict)"
    r"\((?P<value>.*)\)",
    re.ASCII | re.DOTALL,
)
_SHOWN = re.compile(r"(?:print|println|disp|display|console\.log)\(\s*([\w.]{1,60})\s*\)", re.ASCII)
_VALUE = re.compile(
    r"[-+]?(?:(?P<call>[A-Za-z_][\w.:]*)!?)?[\[({]|[-+]?\.?\d(?!\d*\.[A-Za-z])|<", re.ASCII
)
_LABELLED = re.compile(
    r"""[$'"]?(?P<label>[\w./~-][\w./~: |'"^-]{0,100}?)['"]?
    (?:[ \t]*(?P<colon>[:,|])(?:\s+|(?=[^\d\s]))|\s+)
    (?P<value>(?:[A-Za-z_][\w.]{0,40})?[\[(].*|\{.*|[-+]?\.?\d\S*|<.*|[A-Za-z_]\w{0,40})""",
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_LABEL = re.compile(
    rf"[$'\"]?(?P<label>(?:{_INDEX}|[\w./~: |^'\"-]){{1,100}}?)[ \t]*[:=|]*", re.ASCII
)
_HEADER_OF_R = re.compile(r"\[\[\d{1,4}\]\]|\[\[\d{1,4}\]\]\$?[\w$]*")
_CELL_WITH_COMMA = re.compile(r"\t[-+]?\d*,\d+(?=[\t\n])|^[-+]?\d*,\d+\t|^-0,\d+$", re.ASCII | re.M)
_PRINTED_BY_R = re.compile(r"^[ \t]*\[\d{1,6},?\][ \t]+[-.\d]", re.ASCII | re.MULTILINE)
_OF_NNET = re.compile(r"b->(?P<to>[ho]\d{0,4})(?:\s+[ih]\d{1,4}->(?P=to))+", re.ASCII)
"""R's nnet names the weights of each neuron like this, its bias first."""

_SCOPE = re.compile(r"class[ \t]+(\w+)|\[{1,2}([A-Za-z_][\w.-]*)\]{1,2}$", re.ASCII)
_OPENS_A_BLOCK = re.compile(
    r"(?:\)\s*(?:const|->.{0,40}|:.{0,40})?|=>\s*|^[^=:(\[]*\w\s*)\{(?=\s)", re.DOTALL
)
"""A class or a function in braces, whose statements are those of the text."""

_VARIABLE = re.compile(
    r"<(?:tf\.|Keras)?Variable "
    r"(?:'(?P<name>[\w./-]{1,200})(?::\d)?'|path=(?P<path>[\w./-]{1,200}),)"
    r"[^<>\[]{0,200}?\b(?:numpy|value)=(?P<value>[^<>]*)>",
    re.ASCII,
)
"""As Keras 2 and 3 print one, with its numbers."""

_TENSOR = re.compile(
    r"<tf\.Tensor:? [^<>\[]{0,200}?\bnumpy=(?P<value>[^<>]*)>|"
    r"tf\.Tensor\((?P<plain>[^()<>]*?),\s*shape=\([\d, ]*\), dtype=\w+\)",
    re.ASCII,
)
_VARIABLE_ALONE = re.compile(r"<(?:tf\.|Keras)?Variable\b", re.ASCII)
_NOISE = re.compile(
    r"Parameter containing:[ \t]*\n?|\bPROGMEM\b"
    r"|(?:\|[ \t]{0,9})?(?:(?:[Ss]ize|[Ss]hape):?[ \t]{0,9})?"
    r"torch\.Size\(\[[\d, ]*\]\)[ \t]*\|?|\bnew[ \t]+(?=[A-Za-z])"
    r"|(?:\[\d{0,9}\]){0,3}\b(?:double|float(?:32|64)?|int)(?:[ ]?\[[\d,]*\])*[ \t]*(?=\{)"
)
"""Words around a value that say nothing of it but its type and its shape."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A value in the text, not read yet.

    Parameters
    ----------
    name
        What the text calls it; "" for a value alone.
    text
        The value as it is written.
    line
        The number of its first line.
    is_printed
        Whether it was printed under the name, not assigned to it.
    rows
        The lines of a table without brackets; the text is then empty.
    decimal_commas
        Whether other tables of the text have them.
    scope
        The class or the section in which it stands.
    """

    name: str
    text: str
    line: int
    is_printed: bool = False
    rows: tuple[Line, ...] = ()
    decimal_commas: bool = False
    scope: str = ""

    def read(self) -> Nested:
        """Return the value.

        Returns
        -------
        Nested

        Raises
        ------
        ValueError
            Naming the line, if it is not written out in numbers.
        """
        if self.rows:
            return self._table()
        check_nothing_left_out(self.text, self.line)
        lines = self.text.split("\n")
        widths = {number: len(line) for number, line in enumerate(lines, self.line)}
        reader = ValueReader(tokens_of(self.text, self.line), widths)
        values = [table_of(reader.value())]
        while self._goes_on(reader):
            values.append(table_of(reader.value()))
        token = reader.peek()
        if token:
            raise ValueError(f"line {token.line}: {quoted(token.text)} is one word too many")
        return values[0] if len(values) == 1 else table_of(values)

    def _goes_on(self, reader: ValueReader) -> bool:
        """Whether another value follows, as lines of a matrix do and what one call prints."""
        is_apart = reader.skip("line", "comma", "semicolon")
        following = reader.peek()
        return following is not None and (is_apart or (not self.name and following.kind == "open"))

    def _table(self) -> Nested:
        table = table_in(self.rows, decimal_commas=self.decimal_commas)
        rows: list[Nested] = [[*row] for row in table.rows]
        return rows[0] if len(rows) == 1 and not self._has_marked_rows() else rows

    def _has_marked_rows(self) -> bool:
        return any("[1,]" in line for _, line in self.rows)


def statements_in(text: str) -> Iterator[Statement]:
    """Yield each value that has a name or stands alone.

    Parameters
    ----------
    text
        Cleaned, without comments.

    Yields
    ------
    Statement

    Raises
    ------
    ValueError
        Naming the line, for a variable of Keras that is printed without its numbers.
    """
    text = _VARIABLE.sub(_pair, _TENSOR.sub(lambda found: found["value"] or found["plain"], text))
    alone = _VARIABLE_ALONE.search(text)
    if alone:
        line = text.count("\n", 0, alone.start()) + 1
        raise ValueError(
            f"line {line}: a variable without its numbers; paste what model.get_weights() gives"
        )
    text = _NOISE.sub(lambda found: " " + "\n" * found[0].count("\n"), text)
    has_commas = _CELL_WITH_COMMA.search(text) is not None
    is_of_r = _PRINTED_BY_R.search(text) is not None
    label, scope, n_scopes, n_statements = "", "", 0, 0
    rows: list[Line] = []
    for line, part in _split(text):
        if is_row(part) or is_about(part):
            rows.append((line, part))
            continue
        if rows and not part.strip():
            continue
        if any(is_row(row) for _, row in rows):
            yield _of_rows(label, rows, scope, decimal_commas=has_commas)
            label = ""
        rows = []
        part = part.strip().rstrip(";,").rstrip()
        if not part:
            continue
        n_statements += 1
        if n_statements > _MAX_STATEMENTS:
            raise ValueError(f"line {line}: more than {_MAX_STATEMENTS:,} statements; paste fewer")
        if is_of_r and _HEADER_OF_R.fullmatch(part):
            label = ""
            continue
        if neuron := _OF_NNET.fullmatch(part):
            label = f"neuron {neuron['to']}"
            continue
        if section := _SCOPE.match(part):
            n_scopes += 1
            label, scope = "", f"{section[1] or section[2]}{n_scopes}"
            continue
        found, label = _classified(part, line, label, scope)
        yield from found
    if any(is_row(row) for _, row in rows):
        yield _of_rows(label, rows, scope, decimal_commas=has_commas)


def _of_rows(label: str, rows: list[Line], scope: str, *, decimal_commas: bool) -> Statement:
    if label.startswith("neuron "):
        bias, *weights = " ".join(row for _, row in rows).split()
        text = f"{{'weights': [{','.join(weights)}], 'bias': {bias}}}"
        return Statement(label.removeprefix("neuron "), text, rows[0][0], scope=scope)
    return Statement(
        label,
        "",
        rows[0][0],
        is_printed=True,
        rows=tuple(rows),
        decimal_commas=decimal_commas,
        scope=scope,
    )


def _classified(part: str, line: int, label: str, scope: str) -> tuple[list[Statement], str]:
    """The values of one statement, and the label that it is for the next one."""
    called = _SET_BY_CALL.fullmatch(part)
    given = called or _ASSIGNED.fullmatch(part)
    if given:
        groups = given.groupdict()
        name = groups.get("key") or groups.get("sized") or groups["name"]
        value_line = line + part.count("\n", 0, given.start("value"))
        if not given["value"]:
            return [], label if name == "ans" else _identifier(name)
        if name == "ans" and label:
            name = label
        if not _begins_like_a_value(given["value"]):
            return [], ""
        value = given["value"]
        if groups.get("n_rows"):
            # C fills a matrix of this size from a flat list, too.
            value += f".reshape({given['n_rows']}, {given['n_columns']})"
        return [Statement(_identifier(name), value, value_line, scope=scope)], ""
    several = _SEVERAL.fullmatch(part)
    if several and "," in several["names"]:
        return [Statement(several["names"].strip(), several["value"], line, scope=scope)], ""
    if _is_a_value(part):
        return [Statement(label, part, line, is_printed=True, scope=scope)], ""
    shown = _SHOWN.fullmatch(part)
    if shown:
        return [], _identifier(shown[1])
    labelled = _LABELLED.fullmatch(part)
    if labelled and (labelled["colon"] or labelled["value"][0] not in "0123456789+-.("):
        name, value = _identifier(labelled["label"]), labelled["value"]
        line += part.count("\n", 0, labelled.start("value"))
        if _is_a_value(value):
            return [Statement(name, value, line, is_printed=True, scope=scope)], ""
        if "activation" in words_of(name):
            return [Statement(name, f"'{value}'", line, is_printed=True, scope=scope)], ""
    words = _LABEL.fullmatch(part)
    name = _identifier(words["label"]) if words else ""
    return [], name if role_of(name)[0] or " " not in part else ""


def _begins_like_a_value(text: str) -> bool:
    return _VALUE.match(text) is not None


def _is_a_value(text: str) -> bool:
    """Whether the text is a value, not a call of anything that has to be run."""
    found = _VALUE.match(text)
    return found is not None and (not found["call"] or is_known_call(found["call"], found[0][-1]))


def _identifier(name: str) -> str:
    """The words of a label as one name: net.LW{2,1} is net.LW2, fc1/kernel:0 is fc1.kernel."""
    name = re.sub(r"\{(\d+)(?:,\s?\d+)?\}|\[(\d+)\]", r"\1\2", name)
    name = re.sub(r"^(?:self|this)\.|:\d+$|\.data$", "", name.strip(" \t:|'\"-"))
    return re.sub(r"[^\w.]+", "_", name.replace("/", ".")).strip(".")


def _pair(variable: re.Match[str]) -> str:
    name = variable["name"] or variable["path"]
    return variable["value"] if name == "Variable" else f"('{name}', {variable['value']})"


def _split(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement with the number of its first line.

    Raises ValueError for a bracket that is never closed; a round one ends with its line, as prose
    may have it.
    """
    ends = _ends_of_brackets(text)
    start = place = 0
    line = 1
    while mark := _MARK.search(text, place):
        sign, place = mark[0], mark.end()
        is_block = sign == "{" and _OPENS_A_BLOCK.search(
            text[max(start, mark.start() - _MAX_NAME_LENGTH) : place + 1]
        )
        if sign in "[({" and not is_block:
            if mark.start() in ends:
                place = ends[mark.start()] + 1
            elif sign != "(" and not text[start : mark.start()][-1:].isalnum():
                line += text.count("\n", start, mark.start())
                raise ValueError(
                    f"line {line}: the text ends where the bracket that ends this one is expected"
                )
        elif is_block or (sign in "\n;,}" and _ends(sign, text, start, mark)):
            yield line, text[start : mark.start()]
            line += text.count("\n", start, place)
            start = place
    yield line, text[start:]


def _ends(sign: str, text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether a statement ends at a line end, a semicolon or a comma outside brackets."""
    if sign == ";":
        return not _NUMBER_FOLLOWS.match(text, mark.end())
    if sign == ",":
        if not _NAME_FOLLOWS.match(text, mark.end()):
            return False
        return bool(_IS_GIVEN.search(text, start, min(start + _MAX_NAME_LENGTH, mark.start())))
    if sign == "\n":
        before = text[max(start, mark.start() - 40) : mark.start()].rstrip()
        goes_on = before.endswith(("*", "\\")) and _ARRAY_FOLLOWS.match(text, mark.end())
        return not goes_on
    return True


def _ends_of_brackets(text: str) -> dict[int, int]:
    """Where the bracket that is opened at a place is closed; without those that never are."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    for mark in _MARK.finditer(text):
        sign = mark[0]
        if sign in "[({":
            opened.append(mark.start())
        elif sign in "])}" and opened:
            ends[opened.pop()] = mark.start()
    return ends
