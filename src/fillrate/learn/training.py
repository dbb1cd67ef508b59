"""Training a source policy: warm start, learning, judging on held-out days, checkpoints, and going on after a kill."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import VecEnv

from fillrate.decision.weights import read_network, write_network
from fillrate.errors import InputError
from fillrate.files import written_aside
from fillrate.gym.sb3 import SB3VecEnv
from fillrate.gym.vector import AllocationVectorEnv
from fillrate.learn import policies
from fillrate.learn.course import JUDGED_FROM, UNREWARDED, Course
from fillrate.learn.entries import learned
from fillrate.learn.imitation import examples_of, imitate, steps_of
from fillrate.learn.judging import Judge
from fillrate.learn.presets import bounded, preset
from fillrate.learn.records import Tell, Trained, begun, checkpoint, keep
from fillrate.learn.snapping import snapped
from fillrate.learn.worlds import Several
from fillrate.policy.spec import Learned

__all__ = ["train"]

EXAMPLES, FITTING = 30_000, 400  # of the warm start: answers of the rule, steps of the optimiser


def train(course: Course, folder: Path, tell: Tell = lambda *_: None) -> tuple[Learned, Trained]:
    """Train, or go on with what a folder holds.

    Args:
        course: what to do.
        folder: checkpoints, curve and the best network so far; one run each.
        tell: called at every judgement.

    Returns:
        The best policy of all judgements, as it decides in every engine, and how it came about.

    Raises:
        InputError: the folder holds another run, or the rule to be imitated is none that can be.
    """
    check_warm_start(course)
    torch.set_num_threads(1)
    torch.manual_seed(bounded(course.seed))
    done = begun(course, folder)
    rules = {world.name: course.rules_of(world) for world in course.worlds}
    judge = Judge(course.worlds, rules, course.traces, JUDGED_FROM)
    envs = environments(course)
    model = _model(course, judge, envs, folder, done)
    if not done.ended:
        model.learn(
            course.steps - done.steps,
            callback=_Judging(course, judge, folder, done, tell),
            reset_num_timesteps=done.steps == 0,
            tb_log_name="run",
        )
        if len(done.curve) - 1 - done.best < course.patience:
            done.ended = "budget"
        keep(folder, done)
    envs.close()
    with checkpoint(folder / "best.npz"):
        return learned("learned", read_network(folder / "best.npz", course.columns)), done


def environments(course: Course) -> VecEnv:
    """The worlds' episodes side by side."""
    chosen = preset(course.algo)
    made = [
        SB3VecEnv(
            AllocationVectorEnv(
                world,
                course.episodes,
                course.columns,
                reward_scale=chosen.reward_scale,
                centre="margin",
                left_out=UNREWARDED,
                expected=True,
                autoreset_mode="SameStep",
            )
        )
        for world in course.worlds
    ]
    found: VecEnv = made[0] if len(made) == 1 else Several(made)
    found.seed(course.seed)
    return found


def _model(course: Course, judge: Judge, envs: VecEnv, folder: Path, done: Trained) -> Any:
    """The algorithm, where its last checkpoint was, or warm started."""
    chosen, saved = preset(course.algo), folder / "checkpoint.zip"
    algorithm = getattr(import_module(chosen.module), chosen.name)
    if saved.exists():
        with checkpoint(saved):
            model = algorithm.load(saved, envs, device="cpu")
        model.set_random_seed(bounded(course.seed + done.steps))  # not the draws that it has learned from
    else:
        model = algorithm(
            getattr(policies, chosen.policy),
            envs,
            seed=bounded(course.seed),
            device="cpu",
            tensorboard_log=str(folder / "tensorboard"),
            policy_kwargs={"hidden": course.hidden},
            **course.settings,
        )
        done.rules, done.agreed = judge.rule, warm_start(course, judge, model)
    envs.seed(envs.num_envs * (course.seed + done.steps))  # traces of no other seed, nor those that it has learned from
    return model


def check_warm_start(course: Course) -> None:
    """Check that the rule that is named for it can be imitated, before a folder is begun.

    Raises:
        InputError: it is no chain, or may hold by its score; NotFound and PolicyError are such errors.
    """
    if course.warm_start in {"best", ""} or all(steps_of(course.warm_start, world) for world in course.worlds):
        return
    found = f"found '{course.warm_start}', which is no chain that always ships where it can"
    raise InputError("--warm-start", found, "such a rule, as cheapest is; best, or none")


def warm_start(course: Course, judge: Judge, model: Any) -> float | None:
    """Let the network imitate a chain rule; how often it agrees, None if there is none to imitate."""
    agreed = []
    for n, world in enumerate(course.worlds):
        wanted = judge.ranked[world.name] if course.warm_start == "best" else [course.warm_start]
        chains = [rule for rule in wanted if rule and steps_of(rule, world)]
        if chains:
            examples = examples_of(world, chains[0], course.columns, EXAMPLES, course.seed + n)
            agreed.append(imitate(policies.actor_of(model.policy), examples, FITTING, bounded(course.seed)))
    return float(np.mean(agreed)) if agreed else None


class _Judging(BaseCallback):
    """At times: play the network as it would ship, keep it if it is the best so far, write a checkpoint."""

    def __init__(self, course: Course, judge: Judge, folder: Path, done: Trained, tell: Tell) -> None:
        super().__init__()
        self.course, self.judge, self.folder, self.done, self.tell = course, judge, folder, done, tell
        self.next, self.since, self.before = done.steps, time.monotonic(), done.seconds

    def _on_step(self) -> bool:
        return not self.done.ended

    def _on_rollout_start(self) -> None:
        if self.num_timesteps >= self.next:
            self.next += self.course.judge_every
            self._judge()
        else:
            self.tell(self.num_timesteps, None)

    def _on_training_end(self) -> None:
        if not self.done.ended:
            self._judge()

    def _judge(self) -> None:
        done, network = self.done, snapped(policies.actor_of(self.model.policy), self.course.columns)
        gap = self.judge(learned("learned", network))
        if done.judged(gap, self.num_timesteps, self.before + time.monotonic() - self.since):
            write_network(self.folder / "best.npz", network)
        if len(done.curve) - 1 - done.best >= self.course.patience:
            done.ended = "no better for a while"
        self.logger.record("gap/per_cent", gap.difference)
        self.tell(done.steps, gap)
        with written_aside(self.folder / "checkpoint.zip") as path:
            self.model.save(path)
        keep(self.folder, done)
