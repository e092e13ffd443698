"""How the compiled searches are compiled: one place for numba's options, typed so that callers keep their types."""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel(function: Kernel) -> Kernel:
    """Compile `function` with numba, without the interpreter, without bounds checks, cached on disk if possible.

    Run with ``NUMBA_DISABLE_JIT=1`` the function stays plain Python, which is how coverage and bounds are checked.
    """
    try:
        return cast(Kernel, numba.njit(cache=True, nogil=True, boundscheck=False)(function))
    except RuntimeError:
        # Raised where neither the program's folder nor the user's cache may be written: then every run compiles.
        return cast(Kernel, numba.njit(nogil=True, boundscheck=False)(function))
