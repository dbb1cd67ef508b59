"""A trained model as a policy: what it decides in an environment it decides in `simulate` and `compare` as well."""

from __future__ import annotations

import copy
import hashlib
import inspect
import secrets
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fillrate.decision.question import Question
from fillrate.errors import InputError
from fillrate.gym.played import as_observed
from fillrate.gym.terms import Terms
from fillrate.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["policy_of"]


def policy_of(model: Any, env: Any, name: str = "trained") -> Policy:
    """The policy that a model is in the environment that it was trained for; its row of highest worth, no draw.

    It keeps the weights of this moment. `compare(..., folder=)` knows finished runs of the same weights again.

    Args:
        model: of Stable-Baselines3 or sb3-contrib, or anything with its `predict(observation, deterministic=...)`; it
            is handed `action_masks` if it takes them. A row that the mask forbids holds.
        env: an allocation environment whose actions are rows, single or vector, also wrapped. Wrappers that change
            observations are not seen.
        name: of the policy.

    Raises:
        InputError: another environment, one whose actions are prices, or a model that sees something else than it
            shows or remembers what it saw.
    """
    terms = _terms(env)
    if terms.action != "rows":
        raise InputError("env", f"found the action '{terms.action}'", "rows")
    _check(model, terms)
    return terms.around(_Trained(model, terms, name))


def _terms(env: Any) -> Terms:
    base = getattr(env, "unwrapped", env)
    terms = getattr(getattr(base, "envs", base), "terms", None)  # what SB3VecEnv wraps it calls `envs`
    if not isinstance(terms, Terms):
        raise InputError("env", f"found {type(base).__name__}", "an AllocationEnv, AllocationVectorEnv or SB3VecEnv")
    return terms


def _check(model: Any, terms: Terms) -> None:
    """Whether a model answers to tables as the environment shows them, and to nothing before; as far as it says."""
    shown, network = terms.observation_space(), getattr(model, "policy", None)
    if (seen := getattr(model, "observation_space", shown)) != shown:
        raise InputError("model", f"found observations {seen}", f"{shown}, as the environment's")
    if network is None:
        return
    scaling = getattr(model, "get_vec_normalize_env", lambda: None)()
    if getattr(scaling, "norm_obs", False):
        raise InputError("model", "found VecNormalize", "norm_obs=False: observations are scaled already")
    if network.predict(np.zeros(shown.shape, np.float32))[1] is not None:
        raise InputError("model", f"found {type(model).__name__}, which remembers", "one that sees a table at a time")


class _Trained:
    """A model that is asked for rows of candidate tables."""

    def __init__(self, model: Any, terms: Terms, name: str) -> None:
        """Keep what predicts as it is now, not what it was trained with."""
        self.name, self.columns = name, terms.columns
        self.network = copy.deepcopy(model.policy) if hasattr(model, "policy") else model
        self.mark = secrets.token_hex(8)
        self.predict: Callable[..., Any] = self.network.predict
        self.masked = "action_masks" in inspect.signature(self.predict).parameters
        self.rows, self.scale = terms.rows, terms.scale

    def source(self, question: Question) -> int:
        """The row of the table that the model takes; the last one holds, in a table as in an observation."""
        last = len(question.mask) - 1
        mask = np.zeros(self.rows, np.bool_)
        mask[:last], mask[-1] = question.mask[:-1], True
        masks = {"action_masks": mask} if self.masked else {}
        row = int(self.predict(self._observed(question.table), deterministic=True, **masks)[0])
        return row if row < last and mask[row] else last

    def _observed(self, table: NDArray[np.float64]) -> NDArray[np.float32]:
        """(rows, columns) of a (candidates + 1, columns) table, as the environment shows it."""
        found, seen = np.zeros((self.rows, len(self.columns)), np.float32), as_observed(table, self.scale)
        found[: len(table) - 1], found[-1] = seen[:-1], seen[-1]
        return found

    def __repr__(self) -> str:
        """The same for the same weights: finished runs are kept by it; of what has no weights to read, none are."""
        if not hasattr(self.network, "state_dict"):
            return f"Trained({type(self.network).__name__}, {self.mark})"
        said = hashlib.sha256(repr((self.network, self.columns, self.rows, self.scale.tolist())).encode())
        for name, weights in self.network.state_dict().items():
            said.update(name.encode() + weights.cpu().numpy().tobytes())
        return f"Trained({said.hexdigest()[:16]})"

    def __deepcopy__(self, memo: dict[int, Any]) -> _Trained:
        """Itself: predicting leaves nothing in it that a run could hand on."""
        return self
