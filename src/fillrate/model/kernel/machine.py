"""One simulation from pause to pause: what it does next is data, so that it can stop in the middle of an offer."""

from __future__ import annotations

from fillrate.decision import walk
from fillrate.decision.offer import LINE
from fillrate.model import events as kind
from fillrate.model.kernel import codes as c
from fillrate.model.kernel.agenda import log_units, pop
from fillrate.model.kernel.answers import answer_prices, choose_row, draw_rows, take_levy
from fillrate.model.kernel.calendar import (
    charge_event,
    close,
    open_run,
    outage_event,
    schedule_each,
    schedule_plan,
    schedule_reassignment,
)
from fillrate.model.kernel.jit import jit
from fillrate.model.kernel.lift import lift
from fillrate.model.kernel.limits import begin_period, deal
from fillrate.model.kernel.offers import begin_offer, receive
from fillrate.model.kernel.parcels import begin_parcels, come_back, deliver, leave, picked
from fillrate.model.kernel.placing import hold, place, release_complete
from fillrate.model.kernel.ranking import rank_order, sort_listed
from fillrate.model.kernel.reevaluation import by_strategy, free_pool, keep_floor, offer_others, set_caps, strategy
from fillrate.model.kernel.release import lose
from fillrate.model.kernel.supply import buy, forget_touched, is_due, refill, review_everything, review_touched, stocked
from fillrate.model.kernel.waiting import add, forget, gather_waiting, gather_woken, open_units

__all__ = ["advance", "open_run", "take_prices", "take_row"]

next_question, answer, finish = lift(walk.advance), lift(walk.answer), lift(walk.finish)


@jit
def advance(z):
    """Go on until the run ends, or pauses for somebody else: DONE, ASK, RANK, REPLENISH, PLAN, FULL or TIGHT."""
    while True:
        if (z.full | z.tight) != 0:
            return c.FULL if z.full != 0 else c.TIGHT
        doing = z.doing
        if doing == c.NEXT_EVENT:
            if not _next_event(z):
                return c.DONE
        elif doing == c.SORT:
            if _sort(z):
                return c.RANK
        elif doing == c.OFFERS:
            _next_offer(z)
        elif doing == c.OFFER:
            if z.setting.ranks != 0 and z.setting.rank_custom != 0 and z.ranked_one == 0:
                z.ranked_one = 1
                return c.RANK
            _offer(z)
        elif doing == c.WALK:
            if _walk(z):
                return c.ASK
        elif doing == c.ASK_LEVY:
            return c.ASK
        elif doing == c.PLACE:
            _place(z)
        elif doing == c.REVIEW:
            _review(z)
        elif doing == c.ASK_BUYER:
            z.doing = c.BUY
            return c.REPLENISH
        elif doing == c.BUY:
            _bought(z)
        elif doing == c.ASK_PLANNER:
            z.doing = z.then
            return c.PLAN
        elif doing == c.DEAL:
            z.doing = c.NEXT_EVENT
            _wave(z)


@jit
def _next_event(z):
    """Play the next event; whether there was one."""
    what, entity, slot = pop(z)
    if what < 0:
        return False
    if z.closed != 0 and what != kind.RECEIPT and what != kind.OUTAGE and what < kind.PICK_END:
        return True  # a branch has an earlier close than the run from which it was forked
    if what == kind.ARRIVAL:
        _arrive(z, entity)
    elif what == kind.PICK_END:
        picked(z, slot)
    elif what == kind.DELIVERY:
        deliver(z, slot)
    elif what == kind.CUT_OFF:
        leave(z, slot)
    elif what == kind.RECEIPT:
        if z.coming[slot].order >= 0:
            come_back(z, slot)
        else:
            stocked(z, slot)
    elif what == kind.PATIENCE:
        _run_out(z, entity, slot)
    elif what == kind.BACKLOG:
        _offer_again(z, entity, slot)
    elif what == kind.CHARGE:
        charge_event(z, slot)
    elif what == kind.OUTAGE:
        outage_event(z, slot)
    elif what == kind.CLOSE:
        if z.feed.stops != 0:
            return False  # what is left is somebody else's opening
        close(z)
    elif entity >= c.AFTER_ALL:
        _planners_clock(z, what, slot)
    else:
        _clock(z, what, slot)
    return True


@jit
def _clock(z, what, n):
    """A clock of the calendar strikes: a new period of quotas, a review, a wave or a re-evaluation."""
    s = z.setting
    if what == kind.PLAN:
        begin_period(z, n)
        schedule_each(z, s.quota_days, kind.PLAN, n + 1)
    elif what == kind.REVIEW:
        schedule_each(z, s.review_days if s.review_days > 0.0 else z.horizon, kind.REVIEW, n + 1)
        _review_all(z)
    elif what == kind.WAVE:
        schedule_each(z, s.wave_days, kind.WAVE, n + 1)
        if s.plans_at_waves != 0 or s.assigns != 0:
            _ask_planner(z, c.DEAL)
        else:
            _wave(z)
    else:
        schedule_each(z, s.reevaluate_days, kind.REEVALUATION, n + 1)
        _list(z, free_pool(z, False), 1)


@jit
def _planners_clock(z, what, n):
    """It strikes for a plan, or for what waits or is not picked to be assigned anew."""
    if what == kind.PLAN:
        schedule_plan(z, n + 1)
        _ask_planner(z, c.NEXT_EVENT)
        return
    schedule_reassignment(z, n + 1)
    _list(z, free_pool(z, True), 1)
    if z.queue > 0:
        _ask_planner(z, c.SORT)


@jit
def _ask_planner(z, then):
    """Somebody else plans; what comes after it."""
    z.then = then
    z.at_wave = then != c.NEXT_EVENT  # orders received at this instant are known
    z.aiming = z.setting.assigns != 0 and then != c.NEXT_EVENT
    z.doing = c.ASK_PLANNER


@jit
def _wave(z):
    """All waiting orders are offered in rank order."""
    deal(z)
    _list(z, gather_waiting(z, False), 0)
    if z.queue == 0:
        z.aiming = 0


@jit
def _arrive(z, row):
    """An order comes in; it is offered now, or waits for the wave."""
    o = receive(z, row)
    if o < 0:
        return
    if z.setting.wave != 0:
        add(z, o)
    else:
        z.under = o
        z.then = c.NEXT_EVENT
        z.doing = c.OFFER


@jit
def _run_out(z, row, o):
    """The patience of an order ends; its slot may belong to another one by now."""
    order = z.order[o]
    if order.row != row:
        return
    order.patient = 0
    if open_units(z, o) > 0:
        lose(z, o)
        z.then = c.NEXT_EVENT
        z.doing = c.REVIEW


@jit
def _offer_again(z, entity, n):
    """Backlog: the orders whose stock came in, or on the global clock all that were offered before."""
    if entity > 0:
        z.scheduled = 0
        _list(z, gather_woken(z), 0)
        return
    schedule_each(z, z.setting.reoffer_days, kind.BACKLOG, n + 1)
    forget(z)
    _list(z, gather_waiting(z, True), 0)


@jit
def _list(z, count, pool):
    """The listed orders are to be offered in rank order."""
    z.queue = count
    z.pool = pool if count > 0 else 0
    z.at = 0
    z.ranked_list = 0
    if count > 0:
        z.doing = c.SORT


@jit
def _sort(z):
    """Sort the listed orders; whether somebody else has to rank them first."""
    count = z.queue
    if count > 1:
        if z.setting.rank_custom != 0 and z.ranked_list == 0:
            z.ranked_list = 1
            return True
        if z.setting.rank_custom == 0:
            for n in range(count):
                rank_order(z, z.listed[n])
        sort_listed(z, count)
    if z.pool != 0:
        by_strategy(z, count)
        for n in range(count):
            if strategy(z, z.listed[n]) == c.GAIN:  # a floor holds against everyone
                keep_floor(z, z.listed[n])
    z.doing = c.OFFERS
    return False


@jit
def _next_offer(z):
    """Offer the next listed order, if it still waits (of a pool: whether it waits or not)."""
    if z.at >= z.queue:
        z.doing = c.NEXT_EVENT
        z.aiming = 0
        if z.pool != 0:
            offer_others(z)
            for n in range(z.queue):
                z.order[z.listed[n]].listed = 0
            z.pool = 0
        return
    o = z.listed[z.at]
    z.at += 1
    if z.pool != 0:
        if strategy(z, o) == c.IMPROVE:  # what better placed orders left of it
            keep_floor(z, o)
        set_caps(z, o)
    else:
        log_units(z, c.RANKED, z.order[o].row, -1, -1, -1, z.at)
        if z.order[o].waiting == 0:
            return
    z.under = o
    z.then = c.OFFERS
    z.doing = c.OFFER


@jit
def _offer(z):
    """Begin the offer of the order under decision."""
    z.ranked_one = 0
    if z.setting.ranks != 0 and z.setting.rank_custom == 0:
        rank_order(z, z.under)  # of its parcels at stations: as it stands before units are placed
    if not begin_offer(z, z.under, z.pool != 0):
        z.offer.lines = 0
        z.doing = c.PLACE
    elif z.setting.method == c.PRICES and z.aiming == 0:
        answer_prices(z)
        z.doing = c.PLACE
    elif z.setting.method == c.LEVY and z.aiming == 0:
        z.doing = c.ASK_LEVY
    else:
        if z.setting.method == c.ROUNDING and z.aiming == 0:
            draw_rows(z)
        z.doing = c.WALK


@jit
def _walk(z):
    """Go through the offer; whether somebody else has to answer the question at hand."""
    offer = z.offer
    while True:
        count = next_question(offer)
        if count < 0:
            finish(offer)
            z.doing = c.PLACE
            return False
        if count == 0:
            answer(offer, offer.width)
        elif z.setting.method == c.CUSTOM and z.aiming == 0:
            z.legal = count
            return True
        else:
            answer(offer, choose_row(z, offer.state[LINE], count))
            z.asked_nth += 1


@jit
def take_row(z, row):
    """Take the answer of somebody else to the question at hand; a row that is not there holds."""
    offer = z.offer
    answer(offer, row if row < offer.rows[offer.state[LINE]] else offer.width)
    z.asked_nth += 1


@jit
def take_prices(z):
    """Answer the offer at hand at the prices of somebody else, which stand in `levy`."""
    take_levy(z)
    z.doing = c.PLACE


@jit
def _place(z):
    """Carry the answer out."""
    o = z.under
    if z.offer.lines > 0:
        place(z, o)
    release_complete(z, o)
    hold(z, o)
    begin_parcels(z)
    z.doing = c.REVIEW


@jit
def _review(z):
    """Continuous review, once, after a whole offer or a loss."""
    z.doing = z.then
    if is_due(z):
        if z.setting.replenish_custom != 0:
            z.doing = c.ASK_BUYER
        else:
            review_touched(z)


@jit
def _review_all(z):
    """A periodic review."""
    if z.setting.replenish_custom == 0:
        review_everything(z)
    else:
        z.then = c.NEXT_EVENT
        z.doing = c.ASK_BUYER


@jit
def _bought(z):
    """Buy what somebody else said."""
    refill(z)
    forget_touched(z)
    for pair in range(z.setting.pairs):
        buy(z, pair, z.buy[pair], False, c.NO_LIMIT)
    z.doing = z.then
