"""Names of keys and the bytes a terminal sends for them."""

_CSI_LETTERS = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F"}
_CSI_NUMBERS = {
    "insert": 2,
    "delete": 3,
    "pageup": 5,
    "pagedown": 6,
    "f5": 15,
    "f6": 17,
    "f7": 18,
    "f8": 19,
    "f9": 20,
    "f10": 21,
    "f11": 23,
    "f12": 24,
}
_SS3_LETTERS = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_PLAIN = {
    "enter": b"\r",
    "tab": b"\t",
    "escape": b"\x1b",
    "backspace": b"\x7f",
    "space": b" ",
    "shift+tab": b"\x1b[Z",
}


def encode_key(key: str) -> bytes:
    """Return the bytes an xterm sends for a key.

    A key is one character, a name (`up`, `pagedown`, `f5`, `enter` …), either with modifiers
    (`ctrl+a`, `alt+x`, `shift+up`), `text:hello` for several characters in one write, or
    `hex:1b5b41` for raw bytes. Raises ValueError for any other name.
    """
    if key.startswith("text:"):
        return key[5:].encode()
    if key.startswith("hex:"):
        return bytes.fromhex(key[4:])
    if key in _PLAIN:
        return _PLAIN[key]
    if len(key) == 1:
        return key.encode()
    *modifiers, base = [*key[:-2].split("+"), "+"] if key.endswith("++") else key.split("+")
    code = _xterm_code(base, modifiers) or _character_code(base, modifiers)
    if code is None:
        raise ValueError(f"unknown key name {key!r}")
    return code


def _xterm_code(base: str, modifiers: list[str]) -> bytes | None:
    number = 1 + ("shift" in modifiers) + 2 * ("alt" in modifiers) + 4 * ("ctrl" in modifiers)
    suffix = "" if number == 1 else f";{number}"
    if base in _CSI_NUMBERS:
        return f"\x1b[{_CSI_NUMBERS[base]}{suffix}~".encode()
    for letters, start in ((_CSI_LETTERS, "["), (_SS3_LETTERS, "O")):
        if base in letters:
            plain = f"\x1b{start}{letters[base]}"
            return (plain if number == 1 else f"\x1b[1{suffix}{letters[base]}").encode()
    return None


def _character_code(base: str, modifiers: list[str]) -> bytes | None:
    if len(base) != 1:
        return None
    escape = b"\x1b" if "alt" in modifiers else b""
    if "ctrl" in modifiers and base.isalpha():
        return escape + bytes([ord(base.lower()) & 0x1F])
    if modifiers == ["alt"]:
        return escape + base.encode()
    if modifiers == ["shift"]:
        return base.upper().encode()
    return None
