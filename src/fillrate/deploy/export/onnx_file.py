"""A network as an ONNX file: float64, any number of rows, weights inside, nothing about the machine that wrote it.

Inputs: `table` (rows, columns) values as they are, and `holds` (rows, 1), 1 in the row that holds. Output: `scores`
(rows, outputs). Scaling, clipping and rounding are part of the graph; every sum in it is exact.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.network import LARGEST_UNIT, STEPS
from fillrate.decision.scaling import GRID
from fillrate.decision.weights import Network

__all__ = ["write_onnx"]

OPSET, IR_VERSION = 17, 8


class _Graph:
    """Nodes and weights, as they are added."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def constant(self, name: str, array: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def __call__(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        from onnx import helper

        out = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def unit(self, total: str) -> str:
        """What a layer hands on; see `decision.network.unit`."""
        clipped = self("Min", self("Max", total, "zero"), "largest")
        return self("Div", self("Round", self("Mul", clipped, "steps")), "steps")


def write_onnx(path: Path, network: Network) -> None:
    """Write the file, with `onnx`."""
    from onnx import TensorProto, checker, helper

    graph = _Graph()
    _add_weights(graph, network)
    _add_layers(graph)
    tables = [("table", len(network.columns)), ("holds", 1)]
    inputs = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, ["rows", width]) for name, width in tables]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.DOUBLE, ["rows", network.outputs])]
    made = helper.make_graph(graph.nodes, "policy", inputs, outputs, graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="fillrate")
    model.ir_version = IR_VERSION
    checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _add_weights(graph: _Graph, network: Network) -> None:
    for name, value in {"zero": 0.0, "largest": LARGEST_UNIT, "steps": STEPS, "grid": GRID}.items():
        graph.constant(name, np.array(value))
    graph.constant("scale", np.array([network.scale]))
    for name in ("row", "mix", "table", "score"):
        graph.constant(f"{name}_weights", getattr(network, name).T)
    for name in ("row_bias", "mix_bias", "score_bias"):
        graph.constant(name, getattr(network, name)[None, :])
    graph.constant("axis", np.array([0], np.int64))


def _add_layers(graph: _Graph) -> None:
    measured = graph("Div", "table", graph("Add", graph("Abs", "table"), "scale"))
    scaled = graph("Div", graph("Round", graph("Mul", measured, "grid")), "grid")
    seen = graph("Concat", scaled, "holds", axis=1)
    each = graph.unit(graph("Add", graph("MatMul", seen, "row_weights"), "row_bias"))
    rows = graph("Cast", graph("Gather", graph("Shape", each), "axis", axis=0), to=11)  # to float64
    mean = graph.unit(graph("Div", graph("ReduceSum", each, "axis", keepdims=1), rows))
    largest = graph("ReduceMax", each, axes=[0], keepdims=1)
    pool = graph("Concat", mean, largest, axis=1)
    common = graph("Add", graph("MatMul", pool, "table_weights"), "mix_bias")
    units = graph.unit(graph("Add", graph("MatMul", each, "mix_weights"), common))
    graph("Add", graph("MatMul", units, "score_weights"), "score_bias", name="scores")
