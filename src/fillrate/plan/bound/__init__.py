"""The hindsight bound: what no policy can exceed on a trace, by a linear or mixed-integer program.

Source of the idea: Jasin and Sinha (2015), section 3, whose hindsight program this is for worlds like theirs; the rest
is what a world of this model adds.
"""

from fillrate.plan.bound.hindsight import MOST_WHOLE, Hindsight, hindsight
from fillrate.plan.bound.kinds import COVERS, KINDS, Kind, is_quick, kind_for, none_of, reassigns, safe_kind

__all__ = [
    "COVERS",
    "KINDS",
    "MOST_WHOLE",
    "Hindsight",
    "Kind",
    "hindsight",
    "is_quick",
    "kind_for",
    "none_of",
    "reassigns",
    "safe_kind",
]
