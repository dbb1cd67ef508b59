"""Building roots: numba lowers every function once, then one module of them all is optimised and made an object.

Numba optimises and emits the code of a function with everything that it calls, for each function anew; over a call tree
eight levels deep that takes several times as long as doing it once for the root. So functions are kept as they were
lowered, linked at the end, and everything but the root is internal to the module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import llvmlite.binding as llvm
import numba
from numba import njit
from numba.core import codegen, cpu
from numba.core.compiler_lock import global_compiler_lock

from fillrate.model.kernel.flags import FLAGS
from fillrate.model.kernel.native import Entry

__all__ = ["build", "in_process"]

SIGNATURE = "void(int64)"
NOWHERE = 1  # an address that is not null


@contextmanager
def _as_lowered() -> Iterator[None]:
    """Keep libraries as they were lowered: neither optimised nor emitted one by one."""
    library: Any = codegen.CPUCodeLibrary
    context: Any = cpu.CPUContext
    dynamic: Any = vars(numba)["_dynfunc"]
    kept = library._optimize_functions, library.finalize, context.get_executable

    def lay_out(self: Any, module: Any) -> None:
        module.data_layout = self._codegen._data_layout

    def finish(self: Any) -> None:
        self._finalized = True

    def stand_in(self: Any, made: Any, description: Any, env: Any) -> Any:  # noqa: ARG001
        """A function object for a callee's machine code: it has its own identity, and nobody calls it from Python."""
        return dynamic.make_function(description.lookup_module(), description.qualname, "", NOWHERE, env, (made,))

    library._optimize_functions, library.finalize, context.get_executable = lay_out, finish, stand_in
    try:
        yield
    finally:
        library._optimize_functions, library.finalize, context.get_executable = kept


def build(function: Callable[[int], None]) -> tuple[str, bytes]:
    """The name and the object code of a root: a function of one address."""
    with global_compiler_lock, _as_lowered():
        dispatcher = njit(SIGNATURE, **FLAGS)(function)
        result = next(iter(dispatcher.overloads.values()))
        module = _linked(result.library)
    name = result.fndesc.llvm_func_name
    for defined in module.functions:
        if not defined.is_declaration:
            defined.linkage = "external" if defined.name == name else "internal"
    machine = _machine()
    _optimise(module, machine)
    module.verify()
    return name, machine.emit_object(module)


def _machine() -> Any:
    """This processor; code finds its functions and constants by their distance, in one instruction instead of two."""
    name, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(name, features, opt=3, reloc="pic", codemodel="small", jit=True)


def _optimise(module: Any, machine: Any) -> None:
    """LLVM's passes without those that repeat loops' bodies: most go over a few rows, and code needs a cache too."""
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_unrolling = tuning.loop_vectorization = False
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)


def _linked(root: Any) -> Any:
    """One module of a library and all that it calls."""
    module, seen, open_ones = root._final_module.clone(), {root}, list(root._linking_libraries)
    while open_ones:
        library = open_ones.pop()
        if library not in seen:
            seen.add(library)
            open_ones += library._linking_libraries
            other = library._final_module.clone()
            for defined in other.functions:
                if not defined.is_declaration:
                    defined.linkage = "linkonce_odr"
            module.link_in(other)
    return module


def in_process(function: Callable[[int], None]) -> Entry:
    """The root compiled by Numba in the ordinary way, for the mode that is safe."""
    compiled: Entry = njit(SIGNATURE, **FLAGS)(function)
    return compiled
