"""What has to be there: where `FILLRATE_NEEDS` names it (comma between), a test fails that would skip without it."""

from __future__ import annotations

import os

from fillrate.deploy.desk import Desk

NEEDS = frozenset(os.environ.get("FILLRATE_NEEDS", "").split(","))
COMPILED = not hasattr(Desk.answer, "__code__")  # the wheel that `make compiled` makes
