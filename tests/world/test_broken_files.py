"""Broken world files: one line that names the file, the place, what was found and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fillrate.errors import NotFound, WorldError
from fillrate.world import load_world

BASE = """
[world]
name = "w"
horizon_days = 10.0
[[location]]
name = "a"
[[location]]
name = "b"
[[region]]
name = "r"
[[sku]]
name = "x"
[[sku]]
name = "y"
[[segment]]
name = "one"
"""

SITE, LANE, TWO = (
    '[[location]]\nname = "c"\n',
    '[[lane]]\nlocation = "a"\nregion = "r"\n',
    '[[segment]]\nname = "two"\n',
)
ROUND = "".join(
    f'[[supply.supplier]]\nname = "{of} to {to}"\nlocations = ["{to}"]\nfrom_location = "{of}"\n'
    for of, to in (("a", "b"), ("b", "c"), ("c", "a"))
)
SALE, TYPE, SUPPLIER = "[[demand.promotion]]\n", "[[demand.basket]]\n", '[[supply.supplier]]\nname = "s"\n'

FAULTS: list[tuple[str, str]] = [
    # keys and tables
    ("[timings]\nmode = 'wave'", "[timings]: unknown table (did you mean 'timing'?); allowed: channel, defaults"),
    ("[demand]\nrate = 5.0", "[demand] rate: unknown key; allowed: process, rate_per_day"),
    (SITE + "station = { server = 1 }", "[location] 'c' station server: unknown key (did you mean 'servers'?)"),
    (SITE + "colour = 'red'", "[location] 'c' colour: unknown key"),
    (SUPPLIER + "lead_time_days = { avg = 1.0 }", "[supply] supplier 's' lead_time_days avg: unknown key"),
    ("[supply.supplier]\nname = 's'", "[supply] supplier: found a single table; allowed: a list of tables"),
    ("[[supply]]\nreview_days = 1.0", "[supply]: found a list of tables; allowed: a single table, in single brackets"),
    ("[[location]]\nlatitude = 1.0", "[location] entry 3 name: missing; allowed: this key is required"),
    (SALE + "from_day = 3.0", "[demand] promotion entry 1 to_day: missing"),
    # numbers that nothing looks at, or that contradict each other
    (
        SUPPLIER + "lead_time_days = { mean = 4.0, cv = 0.4 }",
        "[supply] supplier 's' lead_time_days cv: found 0.4 with law = 'constant'; allowed: law = 'gamma'",
    ),
    (SITE + "station = { line_minutes = 5.0 }", "[location] 'c' station servers: found 0 with minutes of work"),
    (SITE + "station = { servers = 1_000_000_000_000 }", "[location] 'c' station servers: found 1e+12; allowed: 0 to"),
    (SUPPLIER + "freight_per_unit = 5.0", "[supply] supplier 's' freight_per_unit: found without from_location"),
    (
        SUPPLIER + "minimum_units = 10\ncapacity_units = 5",
        "[supply] supplier 's' capacity_units: found 5; allowed: 10 or more, the smallest order",
    ),
    (
        SUPPLIER + "lot_units = 6\nminimum_units = 7\ncapacity_units = 9",
        "[supply] supplier 's' capacity_units: found 9; allowed: 12 or more",
    ),
    (
        "[[supply.item]]\nreorder_point = 5\norder_up_to = 4",
        "[supply] item entry 1 reorder_point: found 5; allowed: at most order_up_to, 4",
    ),
    (
        "[demand]\nprocess = 'bernoulli'\nrate_per_day = 5.0",
        "[demand] rate_per_day: found with process = 'bernoulli'; allowed: probability, or process = 'poisson'",
    ),
    ("[demand]\nrate_per_day = 5.0\ncount = { mean = 2.0 }", "[demand] count: found with process = 'poisson'"),
    ("[demand]\nprobability = 0.5", "[demand] probability: found with process = 'poisson'; allowed: rate_per_day"),
    # types
    ("[demand]\nrate_per_day = '5'", '[demand] rate_per_day: found "5"; allowed: a number'),
    ("[demand]\nrate_per_day = true", "[demand] rate_per_day: found true; allowed: a number"),
    ("[demand]\nprocess = 'poison'", "[demand] process: found \"poison\"; allowed: 'poisson', 'periodic' or"),
    (SITE + "station = { servers = 1.5 }", "[location] 'c' station servers: found 1.5; allowed: a whole number"),
    (LANE + "transit_days = 2.0", "[lane] entry 1 transit_days: found 2.0; allowed: a table, in braces"),
    ("[defaults]\nbaselines = 'cheapest'", '[defaults] baselines: found "cheapest"; allowed: a list, in brackets'),
    (TWO + "commit = 1", "[segment] 'two' commit: found 1; allowed: true or false"),
    ("[money]\ncurrency = 5", "[money] currency: found 5; allowed: a text in quotes"),
    # ranges
    (SITE + "latitude = 91.0", "[location] 'c' latitude: found 91; allowed: -90 to 90 degrees"),
    (
        "[demand]\nrate_per_day = -1.0",
        "[demand] rate_per_day: found -1; allowed: a finite number, at least 0 orders/day",
    ),
    ("[demand]\nrate_per_day = nan", "[demand] rate_per_day: found nan; allowed: a finite number"),
    ("[demand]\nrate_per_day = inf", "[demand] rate_per_day: found inf; allowed: a finite number"),
    (SITE + "cut_off_hours = [12.0, 25.0]", "[location] 'c' cut_off_hours: found 25; allowed: 0 to 24 h"),
    (TWO + "return_probability = 2.0", "[segment] 'two' return_probability: found 2; allowed: 0 to 1"),
    ("[supply]\nservice_level = 1.0", "[supply] service_level: found 1; allowed: 0 to 0.999999"),
    (
        "[[supply.item]]\nunits = -1",
        "[supply] item entry 1 units: found -1; allowed: a finite number, at least 0 units",
    ),
    (
        "[[supply.item]]\nunits = 2000000000",
        "[supply] item entry 1 units: found 2e+09; allowed: 0 to 1e+09 units",
    ),
    (
        "[[supply.item]]\nreorder_point = 2000000000",
        "[supply] item entry 1 reorder_point: found 2e+09; allowed: a finite number, at most 1e+09 units",
    ),
    (SUPPLIER + "lot_units = 0", "[supply] supplier 's' lot_units: found 0"),
    ("[money]\nreturn_days = { mean = -1.0 }", "[money] return_days mean: found -1"),
    # names
    ('[[location]]\nname = "a"', "[location] name: found 'a' twice; allowed: unique names"),
    ('[[location]]\nname = ""', "[location] name: found ''; allowed: unique names"),
    ('[[location]]\nname = "*"', "[location] name: found '*'; allowed: another name: '*' stands for all of them"),
    ('[[sku]]\nname = "*"', "[sku] name: found '*'; allowed: another name"),
    (SUPPLIER + SUPPLIER, "[supply] supplier name: found 's' twice"),
    (LANE + LANE, "[lane] entry 2: found 'a' to 'r' twice; allowed: one entry a lane"),
    ("[shipping]\nservice = []", "[shipping] service: found none; allowed: at least one entry"),
    (SITE + 'carries = ["z"]', "[location] 'c' carries: found 'z'; allowed: x, y, *"),
    (SITE + 'serves = ["ones"]', "[location] 'c' serves: found 'ones' (did you mean 'one'?); allowed: one, *"),
    ('[[lane]]\nlocation = "c"\nregion = "r"', "[lane] entry 1 location: found 'c'; allowed: a, b"),
    (TWO + 'service = "express"', "[segment] 'two' service: found 'express'; allowed: standard"),
    ('[[supply.item]]\nsku = "z"', "[supply] item entry 1 sku: found 'z'; allowed: x, y, *"),
    (SUPPLIER + 'from_location = "c"', "[supply] supplier 's' from_location: found 'c'; allowed: a, b"),
    ("[timing]\nreevaluate_segments = ['two']", "[timing] reevaluate_segments: found 'two'; allowed: one, *"),
    # laws
    ("[demand]\ncount = { law = 'empirical' }", "[demand] count values: missing"),
    ("[demand]\ncount = { law = 'poisson', mean = 900.0 }", "[demand] count mean: found 900; allowed: up to 600"),
    ("[demand]\ncount = { mean = 2.5 }", "[demand] count mean: found 2.5; allowed: a whole number for constant"),
    (
        "[shipping]\ntransit_days = { law = 'empirical', values = [1.0], weights = [1.0, 2.0] }",
        "[shipping] transit_days weights: found 2; allowed: 1, one for each value",
    ),
    (
        "[shipping]\ntransit_days = { law = 'empirical', values = [1.0], weights = [0.0] }",
        "[shipping] transit_days weights: found a sum of 0",
    ),
    ("[shipping]\ntransit_days = { values = [1.0] }", "[shipping] transit_days values: found 1; allowed: values and"),
    (
        "[shipping]\ntransit_days = { law = 'empirical', values = [1.0], mean = 2.0 }",
        "[shipping] transit_days mean: found 2; allowed: none",
    ),
    ("[shipping]\ntransit_days = { law = 'gamma', mean = 1.0, cv = 0.0 }", "[shipping] transit_days cv: found 0"),
    # demand
    ("[demand]\nhour_profile = [1.0, 2.0]", "[demand] hour_profile: found 2 factors; allowed: 24"),
    ("[demand]\nweekday_profile = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]", "[demand] weekday_profile: found a sum of 0"),
    ("[demand]\nline_count = []", "[demand] line_count: found a sum of 0; allowed: a positive sum"),
    (TYPE + 'probability = 1.0\nskus = ["z"]', "[demand] basket entry 1 skus: found 'z'; allowed: x, y"),
    (TYPE + 'probability = 1.0\nskus = ["x"]\nquantities = [1, 2]', "[demand] basket entry 1 quantities: found 2"),
    (TYPE + "probability = 1.0", "[demand] basket entry 1 skus: found none; allowed: an empty order only with"),
    (TYPE + 'probability = 0.0\nskus = ["x"]', "[demand] basket probability: found a sum of 0"),
    (SALE + "from_day = 3.0\nto_day = 2.0", "[demand] promotion entry 1 to_day: found 2; allowed: more than 3"),
    (SALE + "from_day = 1.0\nto_day = 2.0\nsegments = ['two']", "[demand] promotion entry 1 segments: found 'two'"),
    (
        SALE + 'from_day = 1.0\nto_day = 2.0\nskus = ["x", "y"]\nsku_factor = 0.0',
        "[sku] popularity while promotions run: found a sum of 0",
    ),
    (
        TYPE + 'probability = 1.0\nskus = ["x"]\n' + SALE + 'from_day = 1.0\nto_day = 2.0\nskus = ["x"]',
        "[demand] promotion entry 1 skus: found 1; allowed: none where orders come by type list",
    ),
    (
        f"[demand]\nprocess = 'periodic'\nhour_profile = {[1.0] * 24}",
        "[demand] hour_profile: found 24 factors; allowed: none with process = 'periodic'",
    ),
    (
        "[demand]\nprocess = 'bernoulli'\nseason_profile = [1.0, 2.0]",
        "[demand] season_profile: found 2 factors; allowed: none with process = 'bernoulli'",
    ),
    (
        "[demand]\nprocess = 'periodic'\n" + SALE + "from_day = 1.0\nto_day = 2.0\nfactor = 3.0",
        "[demand] promotion entry 1 factor: found 3; allowed: 1 with process = 'periodic'",
    ),
    (
        "[[channel]]\nname = 'till'\npins = 'nearest_store'",
        "[channel] 'till' pins: found 'nearest_store' without a store",
    ),
    ("[[channel]]\nname = 'web'\nweight = 0.0", "[channel] weight: found a sum of 0"),
    # times
    (
        SITE + "outage = { windows = [[1.0, 3.0], [2.0, 4.0]] }",
        "[location] 'c' outage windows: found [2, 4]; allowed: rising",
    ),
    (SUPPLIER + "outage = { windows = [[3.0, 3.0]] }", "[supply] supplier 's' outage windows: found [3, 3]"),
    (
        SITE + "short_pick_probability = 1.0\n[supply]\nreview_days = 0.0\n" + SUPPLIER + "lead_time_days = {}",
        "[location] 'c' short_pick_probability: found 1; allowed: less than 1 where purchases come in at once",
    ),
    (
        SITE + "short_pick_probability = 1.0\n" + SUPPLIER + "lead_time_days = { law = 'exponential', mean = 1e-9 }",
        "[location] 'c' short_pick_probability: found 1; allowed: less than 1 where purchases come in at once",
    ),
    (SITE + ROUND, "[supply] supplier, 'x' at 'a': sent round at once, back to its sender; allowed: a lead time above"),
    ("[supply]\nreview_days = 1e-9", "[supply] review_days: found 1e-09; allowed: 0, or at least 1e-05 days"),
    ("[timing]\nreoffer_hours = 1e-9", "[timing] reoffer_hours: found 1e-09; allowed: 0, or at least 0.001 h"),
    ("[timing]\nreevaluate_hours = 1e-4", "[timing] reevaluate_hours: found 0.0001; allowed: 0, or at least"),
    (SITE + "outage = { mean_up_days = 1e-9 }", "[location] 'c' outage mean_up_days: found 1e-09; allowed: 0, or"),
    (SUPPLIER + "outage = { mean_up_days = 1e-9 }", "[supply] supplier 's' outage mean_up_days: found 1e-09"),
    (
        "[shipping]\nrate_card = [{ breaks = [[1.0, 2.0]] }]",
        "[shipping] rate_card entry 1 breaks: found 1; allowed: at",
    ),
]


def broken(folder: Path, text: str) -> str:
    """The message of a world file with this text."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WorldError) as caught:
        load_world(path)
    message = str(caught.value)
    assert message.startswith("mine.toml: ")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(("text", "said"), FAULTS, ids=[said.split(";")[0] for _, said in FAULTS])
def test_a_fault_is_named_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    assert broken(tmp_path, BASE + text).startswith(f"mine.toml: {said}")


def test_the_base_of_these_tests_is_sound(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(BASE)
    assert load_world(tmp_path / "mine.toml").name == "w"


@pytest.mark.parametrize("table", ["world", "location", "region", "sku"])
def test_a_required_table_is_missed(table: str, tmp_path: Path) -> None:
    blocks = ["[" + block for block in BASE.split("\n[")[1:] if not block.lstrip("[").startswith(table)]
    assert broken(tmp_path, "\n".join(blocks)).startswith(f"mine.toml: [{table}]: missing; allowed: this table")


def test_a_world_has_a_name(tmp_path: Path) -> None:
    message = broken(tmp_path, BASE.replace('name = "w"', 'name = ""'))
    assert message == "mine.toml: [world] name: found ''; allowed: a name"


def test_warm_up_ends_before_the_horizon(tmp_path: Path) -> None:
    text = BASE.replace("horizon_days = 10.0", "horizon_days = 10.0\nwarm_up_days = 10.0")
    assert "[world] warm_up_days: found 10; allowed: less than the horizon of 10" in broken(tmp_path, text)


@pytest.mark.parametrize("text", ["[world\nname = 1", "a = 1\na = 2", "x ="])
def test_what_is_not_toml_says_where(text: str, tmp_path: Path) -> None:
    assert "not TOML: " in broken(tmp_path, text)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(WorldError, match=r"^mine\.toml: not UTF-8 text \(byte 0\)"):
        load_world(tmp_path / "mine.toml")


def test_the_mark_with_which_some_editors_begin_a_file_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xef\xbb\xbf" + BASE.encode())
    assert load_world(tmp_path / "mine.toml").name == "w"


def test_an_unknown_world_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"world 'regionl': no such name \(did you mean 'regional'\?\)"):
        load_world("regionl")
    with pytest.raises(NotFound, match=r"no such world file"):
        load_world(tmp_path / "none.toml")
