"""A bundle's network by ONNX Runtime, where that is installed: the same scores, and so the same decisions."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.columns import BY_NAME
from fillrate.deploy.scores import order_of

__all__ = ["OnnxScorer", "onnx_scorer"]


class OnnxScorer:
    """A network by ONNX Runtime, on one thread."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        """Start a session."""
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session: Any = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
        self.columns = columns
        self.hold = [BY_NAME[name].default for name in columns]
        self.of_order = [BY_NAME[name].of_order for name in columns]
        self.order = order_of(columns, self.of_order)
        self.back = np.argsort(self.order)

    def __call__(self, table: NDArray[np.float64]) -> list[list[float]]:
        """See `fillrate.deploy.scores.Scorer`."""
        given = {"table": np.ascontiguousarray(table[self.back].T), "holds": np.ascontiguousarray(table[-2:-1].T)}
        found: list[list[float]] = self.session.run(None, given)[0].T.tolist()
        return found


def onnx_scorer(folder: Path, said: dict[str, Any]) -> OnnxScorer | None:
    """The network of a bundle; None without ONNX Runtime."""
    if find_spec("onnxruntime") is None:
        return None
    return OnnxScorer(folder / "policy.onnx", tuple(said["policy"]["source"]["columns"]))
