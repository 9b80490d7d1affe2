"""The type that Keras computes in."""

_state = {"floatx": "float32"}


def set_floatx(name: str) -> None:
    _state["floatx"] = name


def floatx() -> str:
    return _state["floatx"]
