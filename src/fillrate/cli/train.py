"""`fillrate train`."""

from __future__ import annotations

import shlex
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fillrate.cli.console import heading, paragraph, say, say_json
from fillrate.cli.options import Cluster, Days, Json
from fillrate.cli.training import need_learn, training_bar
from fillrate.errors import UsageError

if TYPE_CHECKING:
    from fillrate.learn.course import Course
    from fillrate.learn.judging import Gap

__all__ = ["train"]

Worlds = Annotated[
    str,
    typer.Argument(metavar="WORLD[,WORLD...]", help="One world, or several to learn from at once, joined by commas."),
]
Algo = Annotated[str, typer.Option("--algo", metavar="NAME", help="es, maskable_ppo, ppo, a2c or dqn.")]
Steps = Annotated[
    int, typer.Option("--steps", metavar="N", min=1, help="Decisions to learn from (es: orders), from 1 on.")
]
SeedOf = Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Seed of the training, from 0 on.")]
Rules = Annotated[
    str | None, typer.Option("--rules", metavar="A,B,...", help="Rules to beat, instead of each world's baselines.")
]
Warm = Annotated[
    str,
    typer.Option(
        "--warm-start", metavar="RULE", help='Rule to imitate first; "best": of those to beat; "none". Not es.'
    ),
]
Envs = Annotated[
    int | None, typer.Option("--envs", metavar="N", min=1, help="Episodes side by side, from 1 on. Not es.")
]
Hidden = Annotated[int, typer.Option("--hidden", metavar="N", min=1, help="Units of a layer, from 1 on.")]
JudgeEvery = Annotated[
    int, typer.Option("--judge-every", metavar="N", min=1, help="Decisions between judgements (es: orders), from 1 on.")
]
Traces = Annotated[
    int, typer.Option("--traces", metavar="N", min=2, help="Traces of each world at a judgement, from 2 on.")
]
Patience = Annotated[
    int,
    typer.Option(
        "--patience",
        metavar="N",
        min=1,
        help="Judgements without a better one, after which it stops, from 1 on. Not es.",
    ),
]
HeldOut = Annotated[
    int,
    typer.Option(
        "--held-out", metavar="N", min=2, help="Traces of each world for the last word, of seeds 0, 1, ...; from 2 on."
    ),
]
Name = Annotated[str | None, typer.Option("--save", metavar="NAME", help="Write the policy to policies/NAME/.")]
Folder = Annotated[
    Path | None,
    typer.Option("--folder", metavar="DIR", help="Checkpoints and curves; the same command goes on from there."),
]

ALWAYS = ("algo", "steps", "seed")  # options that a policy's card states, whatever they are
NOT_TRAINING = ("worlds", "save", "folder", "cluster", "as_json")  # those that change nothing of the policy
NOT_ES = ("warm_start", "envs", "patience")


def train(
    worlds: Worlds,
    algo: Algo = "es",
    steps: Steps = 80_000_000,
    seed: SeedOf = 0,
    days: Days = None,
    rules: Rules = None,
    warm_start: Warm = "best",
    envs: Envs = None,
    hidden: Hidden = 8,
    judge_every: JudgeEvery = 4_000_000,
    traces: Traces = 16,
    patience: Patience = 10,
    held_out: HeldOut = 50,
    save: Name = None,
    folder: Folder = None,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Train a policy, and compare it with the best rule.

    `es` tunes a rule over whole orders, then searches for a network that corrects it; the others imitate a rule, then
    learn from rewards. It is judged on other days than those it learns from, as it would decide in production. The best
    of all judgements is kept.
    """
    given = dict(locals())
    from fillrate.deploy.export import complete_bundle
    from fillrate.learn.bundle import card_of, check_name, save_policy
    from fillrate.learn.course import Course
    from fillrate.learn.judging import Judge
    from fillrate.world import load_world

    names = [name.strip() for name in worlds.split(",") if name.strip()]
    course = Course(
        tuple(load_world(name).over(days) for name in names),
        algo,
        steps,
        seed,
        envs,
        hidden,
        rules=tuple(rule.strip() for rule in rules.split(",")) if rules else (),
        warm_start="" if warm_start == "none" else warm_start,
        judge_every=judge_every,
        traces=traces,
        patience=patience,
    )
    if algo == "es":
        _check_unused(given)
    path = None if save is None else check_name(save)
    kept = folder or Path("runs") / f"{algo}__{'_'.join(world.name for world in course.worlds)}__{seed}"
    with training_bar(course.steps) as tell:
        policy, done = _run(course, cluster)(course, kept, tell)
    judge = Judge(course.worlds, {world.name: course.rules_of(world) for world in course.worlds}, held_out)
    final = judge(policy)
    card = card_of(course, done, final, held_out, _command(given))
    if path is not None:
        save_policy(path, policy, card)
        complete_bundle(path, course.worlds[0])
    if as_json:
        say_json({**card, "folder": str(kept), "saved": None if path is None else str(path)})
        return
    _show(course, final, judge.rule, held_out, done.steps, kept, path)


def _default(option: str) -> Any:
    """What an option is where it is not given."""
    return signature(train).parameters[option].default


def _check_unused(given: dict[str, Any]) -> None:
    """Refuse options that a search over whole episodes has no use for."""
    for option in NOT_ES:
        if given[option] != _default(option):
            allowed = "an algorithm that learns from rewards, such as maskable_ppo"
            raise UsageError(f"--{option.replace('_', '-')}", "found with --algo es", allowed)


def _command(given: dict[str, Any]) -> str:
    """The command that trains the same again: algorithm, budget, seed, and whatever is not as it is without it."""
    words = ["fillrate", "train", given["worlds"]]
    for option, value in given.items():
        if option in ALWAYS or (option not in NOT_TRAINING and value != _default(option)):
            words += [f"--{option.replace('_', '-')}", f"{value}"]
    return shlex.join(words)


def _show(
    course: Course, final: Gap, rules: dict[str, str], traces: int, steps: int, kept: Path, path: Path | None
) -> None:
    said = "better than" if final.shown else "worse than" if (final.low or 0.0) > 0.0 else "not shown to differ from"
    best = ", ".join(f"{rule} in {world}" for world, rule in rules.items())
    say(heading(paragraph(f"The learned policy is {said} the best rule ({best}).")))
    say(
        paragraph(
            f"Controllable cost {final.difference:+.2f} % (95 % interval {final.low:+.2f} to {final.high:+.2f}), "
            f"{traces} held-out traces of each world; learned from {steps:,} "
            f"{'orders' if course.algo == 'es' else 'decisions'} by {course.algo}."
        )
    )
    say(paragraph(f"Checkpoints and curves: {kept}" + ("" if path is None else f"; policy: {path}")))


def _run(course: Course, cluster: str | None) -> Any:
    """What the algorithm is run by; each brings only what it needs."""
    if course.algo == "es":
        from functools import partial

        from fillrate.learn.search import search

        return partial(search, cluster=cluster)
    if cluster is not None:
        raise UsageError(
            "--cluster", f"found with --algo {course.algo}", "--algo es, which tries candidates by episodes"
        )

    need_learn()
    from fillrate.learn.training import train as learn

    return learn
