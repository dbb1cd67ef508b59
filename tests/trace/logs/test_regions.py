"""Regions of demand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fillrate.errors import OrderLogError
from fillrate.trace.logs import OrderLog, read_order_log, regions
from fillrate.trace.logs.medoids import grouped
from fillrate.trace.logs.sphere import distances_km, vectors


def log(tmp_path: Path, header: str, rows: list[str]) -> OrderLog:
    lines = [f"{i},2024-01-{1 + i % 28:02d},K,1,{row}" for i, row in enumerate(rows)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join([f"order id,order date,sku,qty,{header}", *lines]), encoding="utf-8")
    return read_order_log(path)


def test_few_places_are_regions_of_their_own_busiest_first(tmp_path: Path) -> None:
    found = regions(log(tmp_path, "zip,country", ["10001,US", "94105,US", "94107,US", "60601,US", "94110,US"]))
    assert found.names == ("CA 941", "NY 100", "IL 606")
    assert found.orders.tolist() == [3, 1, 1]
    assert found.of_order.tolist() == [1, 0, 0, 2, 0]
    assert found.latitude == pytest.approx([37.76, 40.76, 41.88], abs=0.05)
    assert found.mean_km == pytest.approx(0, abs=1e-3)
    assert found.assumptions == ()


def test_orders_without_a_place_are_one_region_in_the_middle(tmp_path: Path) -> None:
    found = regions(log(tmp_path, "zip,country", ["10001,US", "10001,US", "10001,US", "94105,US", ",US"]))
    assert found.names == ("NY 100", "CA 941", "unknown")
    assert found.of_order.tolist() == [0, 0, 0, 1, 2]
    alone = regions(log(tmp_path, "zip,country", ["10001,US"] * 3 + ["94105,US"]), most=2)
    assert alone.names == ("NY 100", "CA 941")
    # three quarters of the way to New York: nearer to it than to San Francisco
    assert -95 < found.longitude[2] < -80
    assert found.assumptions == (
        "orders without a usable place, which form the region unknown at the mean of all others: 1",
    )


def test_the_unknown_region_counts_among_the_most(tmp_path: Path) -> None:
    found = regions(log(tmp_path, "zip,country", ["10001,US", "94105,US", "60601,US", ",US"]), most=2)
    assert len(found.names) == 2
    assert found.names[-1] == "unknown"


def test_nowhere_at_all_needs_a_fallback(tmp_path: Path) -> None:
    nowhere = log(tmp_path, "note", ["x", "y"])
    with pytest.raises(OrderLogError, match=r"log.csv: no order has a usable place; allowed: US ZIP codes"):
        regions(nowhere)
    found = regions(nowhere, fallback=(48.0, 11.0))
    assert (found.names, found.orders.tolist()) == (("unknown",), [2])
    assert (found.latitude[0], found.longitude[0]) == (48.0, 11.0)


def test_fewer_than_two_regions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OrderLogError, match="number of regions: is 1; allowed: 2 or more"):
        regions(log(tmp_path, "zip,country", ["10001,US"]), most=1)


def test_cities_and_coordinates_name_regions_elsewhere(tmp_path: Path) -> None:
    rows = ["Lyon,FR,45.76,4.84", "Lyon,FR,45.78,4.86", ",FR,48.86,2.32", ",FR,48.87,2.33"]
    found = regions(log(tmp_path, "city,country,lat,lon", rows))
    assert found.names == ("Lyon", "48.9N 2.3E")
    assert found.orders.tolist() == [2, 2]
    assert found.latitude == pytest.approx([45.77, 48.865], abs=1e-3)


def test_many_places_are_thinned_out_and_still_counted(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    rows = [
        f"{lat:.4f},{lon:.4f}" for lat, lon in zip(rng.uniform(35, 60, 4000), rng.uniform(-9, 30, 4000), strict=True)
    ]
    found = regions(log(tmp_path, "lat,lon", rows), most=20)
    assert len(found.names) == len(set(found.names)) == 20
    assert found.orders.sum() == 4000
    assert np.bincount(found.of_order).tolist() == found.orders.tolist()
    assert 50 < found.mean_km < 500


def test_medoids_beat_the_busiest_places_and_never_lose_to_greedy_alone() -> None:
    rng = np.random.default_rng(3)
    point = vectors(rng.uniform(25, 49, 200), rng.uniform(-124, -67, 200))
    weight = rng.pareto(1.0, 200) + 1
    distance = distances_km(point, point)

    def cost(chosen: np.ndarray) -> float:
        return float(weight @ distance[:, chosen].min(axis=1))

    group, medoids = grouped(point, weight, 12)
    busiest = np.argsort(-weight)[:12]
    assert len(set(medoids.tolist())) == 12
    assert cost(medoids) < cost(busiest)
    assert (group == np.argmin(distance[:, medoids], axis=1)).all()
    for k in range(12):  # each medoid is the best place of its group
        inside = np.flatnonzero(group == k)
        totals = weight[inside] @ distance[np.ix_(inside, inside)]
        assert inside[np.argmin(totals)] == medoids[k]


def test_two_clusters_are_told_apart() -> None:
    point = vectors([40, 41, 42, 10, 11], [-74, -74, -74, 20, 20])
    group, medoids = grouped(point, np.ones(5), 2)
    assert set(medoids.tolist()) <= {1, 3, 4}
    assert group[0] == group[1] == group[2] != group[3] == group[4]
