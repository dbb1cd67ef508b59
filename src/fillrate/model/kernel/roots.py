"""What Python calls, by way of `cache.Root`: compiled when first called, or loaded.

A root takes the address of a record and nothing else: that is the cheapest call, and the one that needs no memory
management.
"""

from __future__ import annotations

from fillrate.model.kernel.branch import forget
from fillrate.model.kernel.codes import (
    ANSWER,
    ASK,
    ASK_LEVY,
    BRANCH,
    DONE,
    FULL,
    GROWN,
    PLAN,
    PLANNED,
    START,
    TIGHT,
    WALK,
)
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.layout import CALL, RANKED, RUN, WHOLE
from fillrate.model.kernel.machine import advance, take_prices, take_row
from fillrate.model.kernel.ranking import order_column
from fillrate.model.kernel.reset import reset
from fillrate.model.kernel.sites import open_best
from fillrate.model.kernel.table import write_offer, write_table
from fillrate.model.kernel.typed import view_at

__all__ = ["drive", "open_sites", "view_orders"]

run_at, call_at, ranked_at, whole_at = (view_at(view) for view in (RUN, CALL, RANKED, WHOLE))


def drive(address):
    """Drive simulations on to their next pause; `address` is that of a `CALL` record."""
    call = call_at(address)
    call.asking = call.planning = call.stuck = 0
    for i in range(call.first, call.last):
        z = run_at(call.address[i])
        if call.how == START:
            reset(z)
        elif _stands(call.how, call.code[i]):
            call.asking += call.code[i] == ASK
            call.planning += call.code[i] == PLAN
            call.stuck += call.code[i] >= FULL
            continue
        elif call.how >= ANSWER and z.doing == WALK:
            if call.how == BRANCH:
                forget(z, call.until)
            take_row(z, call.row[i])
            if call.most > 0:
                call.taken[i * call.most + call.answers[i]] = call.row[i]
                call.answers[i] += 1
        elif call.how >= ANSWER and z.doing == ASK_LEVY:
            if call.how == BRANCH:
                forget(z, call.until)
            take_prices(z)
        call.code[i] = advance(z)
        call.planning += call.code[i] == PLAN
        call.stuck += call.code[i] >= FULL
        if call.code[i] == ASK:
            call.asking += 1
            if call.tabled != 0 and z.doing == ASK_LEVY:
                write_offer(z, call.tables, i)
            elif call.tabled != 0:
                write_table(z, call.tables, i)


@jit
def _stands(how, code):
    """Whether a simulation is not what this call is about."""
    return code == DONE or (how == GROWN and code != TIGHT) or (how == PLANNED and code != PLAN)


def view_orders(address):
    """Write the order columns of waiting orders; `address` is that of a `RANKED` record."""
    wanted = ranked_at(address)
    z = run_at(wanted.address)
    for n in range(wanted.count):
        for column in range(wanted.columns):
            wanted.value[n * wanted.columns + column] = order_column(z, wanted.slot[n], column)


def open_sites(address):
    """Find the best set of locations for each of some orders; `address` is that of a `WHOLE` record."""
    wanted = whole_at(address)
    for order in range(wanted.orders):
        open_best(wanted, order)
