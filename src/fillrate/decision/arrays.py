"""Arrays of an `.npz` file, or one kind of error whichever way the file is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import error as broken_stream

import numpy as np
from numpy.typing import NDArray

__all__ = ["read_arrays"]


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of a file, by name.

    Raises:
        ValueError: there is none, or it is no whole `.npz`.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            return dict(file)
    except (OSError, EOFError, KeyError, RuntimeError, TypeError, BadZipFile, broken_stream) as fault:
        raise ValueError(str(fault)) from None
