"""Views in Numba: their type, and reading and writing their fields."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.extending import intrinsic, register_model
from numba.core.imputils import lower_builtin, lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global, signature
from numba.np.arrayobj import make_array, populate_array

from fillrate.model.kernel.flags import MODE
from fillrate.model.kernel.views import View

__all__ = ["fetch", "view_at"]


class ViewType(types.Type):
    """Numba's type of a view."""

    def __init__(self, view: View) -> None:
        """Name it by its fields, so that another layout is another type."""
        self.view = view
        super().__init__(name=f"View({view.name}, {sorted(view.scalars.items())}, {list(view.arrays)})")


@register_model(ViewType)
class _ViewModel(models.PrimitiveModel):
    """A view is a pointer to its record."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, cgutils.voidptr_t)


def _entry(kind: Any) -> Any:
    return ViewType(kind) if isinstance(kind, View) else from_dtype(np.dtype(kind))


def _array_type(kind: Any) -> Any:
    return types.Array(_entry(kind), 1, "C") if MODE == "checked" else TableType(kind)


types_of: Any = infer_global


class TableType(types.Type):
    """Numba's type of an array of a view: where it is, and its length. No index is below 0; none is checked."""

    def __init__(self, kind: Any) -> None:
        """Name it by its entries."""
        self.entry = _entry(kind)
        super().__init__(name=f"Table({self.entry})")


@register_model(TableType)
class _TableModel(models.StructModel):
    """The address of the first entry, and how many there are."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, [("data", types.CPointer(kind.entry)), ("length", types.intp)])


@types_of(operator.getitem)
class _GetEntry(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002 - as numba calls it
        if isinstance(args[0], TableType) and isinstance(args[1], types.Integer):
            return signature(args[0].entry, args[0], types.intp)
        return None


@types_of(operator.setitem)
class _SetEntry(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        if isinstance(args[0], TableType) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.intp, args[0].entry)
        return None


@types_of(len)
class _CountEntries(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        return signature(types.intp, args[0]) if isinstance(args[0], TableType) else None


def _entry_at(context: Any, builder: Any, kind: Any, table: Any, index: Any) -> Any:
    data = cgutils.create_struct_proxy(kind)(context, builder, table).data
    return builder.gep(data, [index])


@lower_builtin(operator.getitem, TableType, types.intp)
def _get_entry(context: Any, builder: Any, called: Any, args: Any) -> Any:
    kind = called.args[0]
    return context.unpack_value(builder, kind.entry, _entry_at(context, builder, kind, *args))


@lower_builtin(operator.setitem, TableType, types.intp, types.Any)
def _set_entry(context: Any, builder: Any, called: Any, args: Any) -> Any:
    kind = called.args[0]
    context.pack_value(builder, kind.entry, args[2], _entry_at(context, builder, kind, args[0], args[1]))
    return context.get_dummy_value()


@lower_builtin(len, TableType)
def _count_entries(context: Any, builder: Any, called: Any, args: Any) -> Any:
    return cgutils.create_struct_proxy(called.args[0])(context, builder, args[0]).length


@infer_getattr
class _ViewAttributes(AttributeTemplate):
    key = ViewType

    def generic_resolve(self, kind: Any, name: str) -> Any:
        view = kind.view
        if name in view.scalars:
            return _entry(view.scalars[name])
        if name in view.arrays:
            of = view.arrays[name]
            return ViewType(of) if isinstance(of, View) else _array_type(of)
        return None


def _field(builder: Any, view: View, pointer: Any, name: str) -> tuple[Any, Any]:
    """Type and place of a field of the record."""
    fields: Any = view.dtype.fields
    kind, offset = fields[name][:2]
    return _entry(kind), cgutils.pointer_add(builder, pointer, offset)


def _load(context: Any, builder: Any, view: View, pointer: Any, name: str) -> Any:
    """Load the number of a field of the record."""
    kind, place = _field(builder, view, pointer, name)
    return context.unpack_value(builder, kind, builder.bitcast(place, context.get_data_type(kind).as_pointer()))


@lower_getattr_generic(ViewType)
def _get(context: Any, builder: Any, kind: Any, pointer: Any, name: str) -> Any:
    view = kind.view
    if name in view.scalars:
        return _load(context, builder, view, pointer, name)
    of, address = view.arrays[name], _load(context, builder, view, pointer, f"at_{name}")
    if isinstance(of, View):
        return builder.inttoptr(address, context.get_value_type(ViewType(of)))
    return _array(context, builder, of, address, _load(context, builder, view, pointer, f"of_{name}"))


def _array(context: Any, builder: Any, of: Any, address: Any, length: Any) -> Any:
    data = builder.inttoptr(address, context.get_data_type(_entry(of)).as_pointer())
    if MODE != "checked":
        table = cgutils.create_struct_proxy(TableType(of))(context, builder)
        table.data, table.length = data, length
        return table._getvalue()
    array = make_array(_array_type(of))(context, builder)
    size = context.get_constant(types.intp, np.dtype(of).itemsize)
    populate_array(
        array,
        data=data,
        shape=cgutils.pack_array(builder, [length]),
        strides=cgutils.pack_array(builder, [size]),
        itemsize=size,
        meminfo=None,
    )
    return array._getvalue()


@lower_setattr_generic(ViewType)
def _set(context: Any, builder: Any, signature: Any, args: Any, name: str) -> None:
    kind = signature.args[1]
    _, place = _field(builder, signature.args[0].view, args[0], name)
    context.pack_value(builder, kind, args[1], builder.bitcast(place, context.get_data_type(kind).as_pointer()))


def view_at(view: View) -> Any:
    """A compiled function from an address to the view of the record there."""
    kind = ViewType(view)

    @intrinsic
    def at(typing: Any, address: Any) -> Any:  # noqa: ARG001 - numba hands its typing context in
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001
            return builder.inttoptr(args[0], context.get_value_type(kind))

        return kind(types.int64), codegen

    return at


@intrinsic
def _fetch(typing: Any, table: Any, index: Any) -> Any:  # noqa: ARG001
    """Ask for a row of a table before it is needed; it changes nothing but when memory is read."""

    def codegen(context: Any, builder: Any, called: Any, args: Any) -> Any:
        kind = called.args[0]
        if isinstance(kind, TableType):
            byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
            where = builder.bitcast(_entry_at(context, builder, kind, *args), byte)
            ask = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(ir.VoidType(), [byte, number, number, number]), "llvm.prefetch.p0"
            )
            size = context.get_abi_sizeof(context.get_data_type(kind.entry))
            for at in (0, size - 1) if size > 8 else (0,):
                builder.call(ask, [cgutils.pointer_add(builder, where, at), number(1), number(3), number(1)])
        return context.get_dummy_value()

    return types.none(table, types.intp), codegen


fetch: Any = _fetch
