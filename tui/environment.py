"""Settings of the libraries that they read from the environment when they are first imported."""

import os

_BLAS_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_FRAMES_PER_SECOND = "240"


def prepare_environment() -> None:
    """Set what the user has not set; call it before NumPy or Textual is imported.

    Small matrices are slower on two BLAS threads, ten times so while the other core is busy.
    Textual paints at fixed moments, 60 in a second: plots, which are painted after the numbers,
    would wait for the next one longer than it takes to draw them.
    """
    for name in _BLAS_THREADS:
        os.environ.setdefault(name, "1")
    os.environ.setdefault("TEXTUAL_FPS", _FRAMES_PER_SECOND)
