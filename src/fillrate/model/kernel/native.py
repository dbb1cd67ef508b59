"""Object code loaded without Numba: LLVM's loader is all that a cached root needs."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm

__all__ = ["Entry", "load"]

Entry = Callable[[int], None]
_engines: list[Any] = []  # what is loaded stays


def load(name: str, code: bytes) -> Entry:
    """A function of an address from object code; a call lets other threads run.

    The function raises RuntimeError where code that checks bounds crosses one.

    Args:
        name: of its symbol. Its C arguments are those of Numba's native functions: where to write the result, where an
            error, then the address.
        code: as the processor's object format has it.
    """
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine, use_lmm=True)  # all parts within reach
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _engines.append(engine)
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)
    native, result = kind(engine.get_function_address(name)), ctypes.create_string_buffer(16)
    nowhere = ctypes.addressof(result)

    def entry(address: int, kept: Any = result) -> None:  # noqa: ARG001 - the buffer must live as long as the function
        if native(nowhere, nowhere, address):
            raise RuntimeError("compiled code has stopped at an index out of bounds")

    return entry
