"""One set of flags for everything that is compiled.

`FILLRATE_KERNEL` chooses how: `fast` (the default); `checked`, the same with bounds of arrays checked; `safe`, as Numba
compiles by itself, with its own memory management, in minutes and for each process anew.
"""

from __future__ import annotations

import os
from typing import Any

from fillrate.errors import InputError

__all__ = ["FLAGS", "MODE"]

BARE: dict[str, Any] = {"_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
MODES: dict[str, dict[str, Any]] = {"fast": BARE, "safe": {}, "checked": {**BARE, "boundscheck": True}}
MODE = os.environ.get("FILLRATE_KERNEL", "fast")
if MODE not in MODES:
    raise InputError("FILLRATE_KERNEL", f"found '{MODE}'", ", ".join(MODES))
FLAGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False, **MODES[MODE]}
