"""The small shop's log, read and fitted."""

from __future__ import annotations

import pytest
from tests.trace.fit.shop import SITES, Counted, rows, write

from fillrate.trace.fit import Facts, Fit, facts, fit
from fillrate.trace.logs import OrderLog, read_order_log, read_sites


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> OrderLog:
    return read_order_log(write(tmp_path_factory.mktemp("shop") / "orders.csv", rows()))


@pytest.fixture(scope="session")
def found(log: OrderLog) -> Facts:
    return facts(log, read_sites(SITES))


@pytest.fixture(scope="session")
def fitted(found: Facts) -> Fit:
    return fit(found, "shop", Counted())
