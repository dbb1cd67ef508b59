"""Views in Numba: their type, and reading and writing their fields."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import from_dtype, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.extending import intrinsic, register_model
from numba.core.imputils import lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.np.arrayobj import make_array, populate_array

from fillrate.model.kernel.views import View

__all__ = ["view_at"]


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
    return types.Array(_entry(kind), 1, "C")


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
    array = make_array(_array_type(of))(context, builder)
    size = context.get_constant(types.intp, np.dtype(of).itemsize)
    populate_array(
        array,
        data=builder.inttoptr(address, context.get_data_type(_entry(of)).as_pointer()),
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
