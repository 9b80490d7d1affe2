"""Pickles, which run code when opened: refused, with the lines of Python that convert them."""

from __future__ import annotations

_TORCH = (
    "import torch; from safetensors.torch import save_file; "
    "state = torch.load({name!r}, weights_only=True, map_location='cpu'); "
    "save_file({{k: v.contiguous() for k, v in state.items()}}, 'net.safetensors')"
)
_SCIKIT_LEARN = (
    "import joblib, numpy; model = joblib.load({name!r}); numpy.savez('net.npz', "
    "**{{f'coefs_{{k}}': w for k, w in enumerate(model.coefs_)}}, "
    "**{{f'intercepts_{{k}}': b for k, b in enumerate(model.intercepts_)}})"
)

CONVERSIONS = {
    ".pt": _TORCH,
    ".pth": _TORCH,
    ".pkl": _SCIKIT_LEARN,
    ".pickle": _SCIKIT_LEARN,
    ".joblib": _SCIKIT_LEARN,
}


def refusal(suffix: str) -> str:
    """Return why a file with this suffix is not opened, and the Python that converts it.

    Parameters
    ----------
    suffix
        Of the file.

    Returns
    -------
    str
    """
    # Only the lines for PyTorch open the file without running code in it.
    trust = "" if CONVERSIONS[suffix] is _TORCH else "if you trust its source, "
    code = CONVERSIONS[suffix].format(name=f"net{suffix}")
    return f"is a pickle, which may run any code when opened; {trust}convert it with: {code}"
