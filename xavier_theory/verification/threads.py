"""One thread for linear algebra, where that can be arranged.

The matrices of a run are small. Threads that wait for each other in a spin make it several times
slower as soon as another process wants a core.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from typing import Any

__all__ = ["one_thread"]


def one_thread() -> AbstractContextManager[Any]:
    """A context in which BLAS uses one thread; it does nothing without ``threadpoolctl``."""
    if find_spec("threadpoolctl") is None:
        return nullcontext()
    limits: AbstractContextManager[Any] = import_module("threadpoolctl").threadpool_limits(
        limits=1, user_api="blas"
    )
    return limits
