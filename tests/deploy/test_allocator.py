"""Beside single decisions: rank, explanations, threads, drift, and a host that has NumPy and nothing else."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import fillrate
from fillrate.deploy.allocator import Allocator
from fillrate.deploy.drift import Drift, columns_seen, reference_of
from fillrate.deploy.golden import plain, read_cases
from fillrate.errors import BundleError
from fillrate.simulate import simulate
from fillrate.trace import sample
from fillrate.world import load_world

FORBIDDEN = ("numba", "scipy", "torch", "matplotlib", "pyarrow", "pydantic", "simpy", "onnxruntime", "typer")
READERS = ("fillrate.policy", "fillrate.world")  # of files that no host of a bundle has
MOST_SECONDS = 0.6  # NumPy among them; 0.2 where nothing else runs
ALONE = """
import sys, time
start = time.process_time()
import fillrate
allocator = fillrate.Allocator
seconds = time.process_time() - start
allocator = allocator.load(sys.argv[1])
import json
import math
print(json.dumps({"seconds": seconds, "loaded": sorted(sys.modules)}))
"""


def test_a_host_needs_numpy_alone_and_starts_quickly(made: Any) -> None:
    """The best of some tries, by the processor's time: the bound is on the code, not on what else is going on."""
    best = 9.9
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", ALONE, str(made("cheapest"))], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert not {*FORBIDDEN, *READERS} & {*said["loaded"]}
        best = min(best, said["seconds"])
    assert best < MOST_SECONDS


def test_the_public_name_is_the_runtime(made: Any) -> None:
    assert fillrate.Allocator is Allocator
    assert isinstance(fillrate.Allocator.load(str(made("cheapest"))), Allocator)


@pytest.mark.parametrize("policy", ["random", "lookahead", "reoptimise"])
def test_what_needs_the_laboratory_is_not_bundled(made: Any, policy: str) -> None:
    with pytest.raises(BundleError, match="needs the laboratory"):
        made(policy)


def test_orders_are_ranked_as_in_the_laboratory(made: Any) -> None:
    """By contract and date; the order given decides ties."""
    folder = made("priority_then_date+cheapest", "limited_edition_daily", 2.0)
    allocator = Allocator.unchecked(folder)
    base = json.loads((folder / "example.json").read_text())
    names = allocator.shop.segment.tolist()
    priority = dict(zip(names, allocator.shop.priority.tolist(), strict=True))
    asked = [
        {**base, "id": f"{n} {name}", "segment": name, "now": 1.0, "received": received}
        for n, (name, received) in enumerate((name, day) for day in (0.5, 0.25) for name in names)
    ]
    random.Random(3).shuffle(asked)
    expected = sorted(asked, key=lambda r: (-priority[r["segment"]], r["received"]))
    assert allocator.rank(asked) == [each["id"] for each in expected]
    assert allocator.rank([base, base]) == [base["id"]] * 2


def test_an_explanation_is_that_of_the_laboratory(made: Any) -> None:
    """The same records of rows, scores and words for the same order."""
    from fillrate.model.simpy_model.explaining import Recorder

    folder = made("cheapest")
    allocator, case = Allocator.unchecked(folder), read_cases(folder)[0]
    watch, world = Recorder(int(case["request"]["id"])), load_world("two_warehouses").over(200.0)
    simulate(world, sample(world, 1), "cheapest", explain=watch)
    found = allocator.explain(case["request"])
    there, here = watch.found[0].record(), found["questions"][0]
    assert {**here, "order": there["order"]} == there
    assert plain(found["decision"]) == case["decision"]
    assert here["decision"] in found["text"].replace("\n    ", " ")


@pytest.mark.parametrize("policy", ["whole_order", "cheapest+max_splits"])
def test_every_golden_case_can_be_explained(made: Any, policy: str) -> None:
    folder = made(policy, "regional", 2.0)
    allocator = Allocator.unchecked(folder)
    for case in read_cases(folder)[::7]:
        found = allocator.explain(case["request"])
        taken = sum(row["taken"] for question in found["questions"] for row in question["rows"])
        given = sum(part["quantity"] for line in found["decision"]["lines"] for part in line["allocated"])
        assert taken == given or "max_splits" in policy
        assert found["text"]


def test_threads_share_one_allocator(made: Any) -> None:
    folder = made("whole_order", "regional", 2.0)
    allocator, cases = Allocator.unchecked(folder), read_cases(folder) * 3
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda case: plain(allocator.allocate(case["request"])), cases))
    assert found == [case["decision"] for case in cases]


def test_a_column_that_was_always_the_same_is_seen_to_fall_and_to_rise() -> None:
    decision: dict[str, Any] = {"lines": [], "decided_by": "policy"}
    reference = reference_of([{"horizon_share": [0.5, 0.5]}], [decision])
    found = []
    for value in (0.25, 0.5, 0.75):
        now = Drift(reference)
        now.count({"horizon_share": [value]}, decision)
        found.append(now.report()["horizon_share"])
    least = 1e-4  # share of an empty bin
    assert found == pytest.approx([2.0 * (1.0 - least) * math.log(1.0 / least), 0.0, found[0]])


def test_drift_is_nothing_on_the_reference_and_much_elsewhere(made: Any) -> None:
    folder = made("cheapest", "regional", 2.0)
    allocator, reference = Allocator.unchecked(folder), json.loads((folder / "drift.json").read_text())
    cases = [case for case in read_cases(folder) if case["kind"] == "laboratory"]
    same, other = Drift(reference), Drift(reference)
    assert set(same.report().values()) == {None}
    for case in cases:
        same.count(columns_seen(allocator, case["request"]), case["decision"])
        empty = {**case["request"], "stock": []}
        other.count(columns_seen(allocator, empty), allocator.allocate(empty))
    quiet, loud = same.report(), other.report()
    assert max(index or 0.0 for index in quiet.values()) < 0.25
    assert (loud["decisions"] or 0.0) > 1.0
    assert (loud["cost_per_unit"] or 0.0) > 0.25
