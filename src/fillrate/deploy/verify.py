"""Does a bundle decide as when it was made? Its files by hash, its decisions by golden cases, in every runtime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fillrate.deploy.allocator import Allocator
from fillrate.deploy.bundle import read_bundle, read_json
from fillrate.deploy.golden import read_cases, replayed
from fillrate.deploy.onnx_scores import onnx_scorer
from fillrate.deploy.sums import differences
from fillrate.errors import BundleError, FillrateError

__all__ = ["Check", "loaded", "verify"]

FILES = ("bundle.json", "tables.npz", "golden.json", "drift.json", "request.schema.json", "decision.schema.json")
FEWEST_CASES = 200


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    check: str
    ok: bool
    detail: str

    def to_json(self) -> dict[str, Any]:
        """As `fillrate verify --json` prints it."""
        return asdict(self)


def verify(folder: Path) -> list[Check]:
    """Check a bundle; what does not hold is told, not raised.

    Raises:
        BundleError: there is no bundle.
    """
    found = [_listed("files", differences(folder), "SHA256SUMS is theirs byte for byte")]
    if not found[0].ok:
        return found
    try:
        return [*found, *_replays(folder)]
    except FillrateError as fault:
        return [*found, Check("contents", False, str(fault))]


def loaded(folder: Path) -> Allocator:
    """A bundle that verifies, by NumPy alone.

    Raises:
        BundleError: it is no bundle, or does not verify.
    """
    wrong = differences(folder)
    if not wrong:
        cases, allocator = read_cases(folder), Allocator.unchecked(folder)
        wrong = _missing(folder) or _too_few(cases) or replayed(allocator, cases)
        if not wrong:
            return allocator
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    raise BundleError(f"bundle '{folder}'", f"does not verify: {wrong[0]}{more}", "a bundle as it was exported")


def _replays(folder: Path) -> list[Check]:
    cases = read_cases(folder)
    found = [_listed("contents", _missing(folder), ", ".join(FILES))]
    found.append(_listed("golden cases", _too_few(cases), f"{len(cases)} cases"))
    same = f"{len(cases)} decisions are the same"
    found.append(_listed("numpy", replayed(Allocator.unchecked(folder), cases), same))
    if (folder / "policy.onnx").is_file():
        scorer = onnx_scorer(folder, read_json(folder / "bundle.json"))
        if scorer is None:
            found.append(Check("onnx", True, "not looked at: ONNX Runtime is not installed"))
        else:
            found.append(_listed("onnx", replayed(Allocator(read_bundle(folder, scorer)), cases), same))
    return found


def _missing(folder: Path) -> list[str]:
    return [f"{name} is missing" for name in FILES if not (folder / name).is_file()]


def _too_few(cases: Sequence[Any]) -> list[str]:
    return [f"{len(cases)} golden cases"] if len(cases) < FEWEST_CASES else []


def _listed(check: str, wrong: list[str], right: str) -> Check:
    said = "; ".join(wrong[:5]) + (f"; {len(wrong) - 5} more" if len(wrong) > 5 else "")
    return Check(check, not wrong, said or right)
