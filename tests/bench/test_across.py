"""What comparisons on several worlds say together."""

from __future__ import annotations

import json

import pytest

from fillrate.bench.across import across
from fillrate.bench.comparison import Comparison, compare_scores

NOISE = (0.3, -0.2, 0.1, 0.4, -0.5, -0.1)  # sums to 0


def world(name: str, **means: float) -> Comparison:
    """Six replications with a little noise that differs from policy to policy."""
    scores = {
        policy: [{"contribution": mean + noise * (1 + n) / 2} for noise in (*NOISE[n:], *NOISE[:n])]
        for n, (policy, mean) in enumerate(means.items())
    }
    return compare_scores(name, 0, 10.0, scores)


def test_the_same_best_everywhere() -> None:
    found = across({"lean": world("lean", a=10.0, b=5.0, c=1.0), "rich": world("rich", a=20.0, b=17.0, c=3.0)})
    assert [(w.world, w.policy, w.rival, w.shown) for w in found.winners] == [
        ("lean", "a", "b", True),
        ("rich", "a", "b", True),
    ]
    assert [w.difference for w in found.winners] == pytest.approx([5.0, 3.0], abs=0.1)
    assert found.winners[0].low is not None
    assert found.winners[0].low > 4.0
    assert found.sentence == (
        "The best policy does not change: a has the best mean in all 2 worlds, in each by more than chance."
    )


def test_the_best_changes_and_nobody_keeps_up() -> None:
    found = across({"lean": world("lean", a=10.0, b=5.0), "rich": world("rich", a=10.0, b=30.0)})
    assert found.sentence == (
        "The best policy changes with the world: a in lean, b in rich; "
        "and no policy keeps up with the best in all of them."
    )


def test_the_best_changes_by_chance_only() -> None:
    found = across({"lean": world("lean", a=10.0, b=9.99), "rich": world("rich", a=9.99, b=10.05)})
    assert [w.policy for w in found.winners] == ["a", "b"]
    assert found.sentence.endswith("but a and b are not shown to be worse than the best in any.")


def test_who_is_equal_to_the_best_is_the_best_too() -> None:
    """In one case two are alike: who wins the other cases has the best mean in all."""

    def alike(name: str, **means: float) -> Comparison:
        return compare_scores(name, 0, 10.0, {p: [{"contribution": m + n} for n in NOISE] for p, m in means.items()})

    found = across({"one": alike("one", a=5.0, b=5.0), "two": alike("two", a=1.0, b=5.0)})
    assert found.winners[0].equal == (("b",) if found.winners[0].policy == "a" else ("a",))
    assert found.sentence.startswith("The best policy does not change: b has the best mean in all 2 worlds")


def test_a_lead_that_may_be_chance_is_not_called_shown() -> None:
    found = across({"lean": world("lean", a=10.0, b=9.99), "rich": world("rich", a=20.0, b=10.0)})
    assert [w.shown for w in found.winners] == [False, True]
    assert found.winners[0].unbeaten == ("b",)
    assert "shown to be more than chance in rich" in found.sentence


def test_json_is_plain() -> None:
    found = across({"one": world("one", a=1.0)})
    again = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert again["worlds"][0]["policy"] == "a"
    assert (again["worlds"][0]["rival"], again["worlds"][0]["difference"]) == ("", None)
