"""One set of flags for everything that is compiled.

`FILLRATE_KERNEL` chooses how: `fast` (the default); `safe`, with Numba's own memory management; `checked`, `safe` with
bounds of arrays checked, several times slower.
"""

from __future__ import annotations

import os
from typing import Any

from fillrate.errors import InputError

__all__ = ["FLAGS", "MODE"]

MODES: dict[str, dict[str, Any]] = {
    "fast": {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True},
    "safe": {},
    "checked": {"boundscheck": True},
}
MODE = os.environ.get("FILLRATE_KERNEL", "fast")
if MODE not in MODES:
    raise InputError("FILLRATE_KERNEL", f"found '{MODE}'", ", ".join(MODES))
FLAGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False, **MODES[MODE]}
