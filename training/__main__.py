"""Command line: `python -m training {prepare,train,voice,teach,join,evaluate,baselines,fatigue,robustness,export,large,cost,run} --help`."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from .labels import CHOSEN_ON, FOLDS, read_manifest


SOUNDS = ("sequence=false", "epochs=12", "votes_share=0.25")
"""mn04's part of the shipped model: version 0.1.0's recipe, without a teacher."""


def main() -> None:
    parser = _parser()
    options = parser.parse_args()
    if "data" in options:
        options.manifest = options.manifest or options.data / "manifest.csv"
        if "cache" in options:
            from .prepare import extracted

            options.data = extracted(options.data, options.cache)
        elif any(options.data.glob("*.tar")):
            parser.error(f"{options.data}: holds tars; give the folder `audio` of the cache, where `prepare` unpacks them, and --manifest")
    options.do(options)


def _prepare(options: argparse.Namespace) -> None:
    from .prepare import prepare

    prepare(options.data, options.manifest, options.cache, options.threads)


def _teach(options: argparse.Namespace) -> None:
    """The teacher's states, once for all, and its heads without the held-out folds."""
    from .teacher.head import TeacherRecipe, train_teacher
    from .teacher.prepare import prepare_teacher

    recipe = TeacherRecipe()
    for variant in recipe.variants:
        prepare_teacher(options.data, options.manifest, options.cache, variant, options.threads)
    clips = read_manifest(options.manifest)
    train_teacher(clips, options.cache, options.runs / options.name, recipe, tuple(options.held_out), options.threads)


def _train(options: argparse.Namespace) -> None:
    from .train import Recipe, train

    recipe = _with(Recipe(), options.set)
    clips = read_manifest(options.manifest)
    teacher = options.runs / options.teacher if options.teacher else None
    held_out, run = tuple(options.held_out), options.runs / options.name
    train(clips, options.cache, options.starting_network, run, recipe, held_out, options.threads, teacher)


def _voice(options: argparse.Namespace) -> None:
    """The voice encoder's states, once for all, and its heads without the held-out folds."""
    from .voicestates import prepare_passes
    from .voicetrain import VoiceRecipe, train_voice

    prepare_passes(options.cache, options.threads)
    clips, recipe = read_manifest(options.manifest), _with(VoiceRecipe(), options.set)
    train_voice(clips, options.cache, options.runs / options.name, recipe, tuple(options.held_out), options.threads)


def _join(options: argparse.Namespace) -> None:
    from .train import join

    join(options.runs / options.name, [options.runs / member for member in options.members])


def _evaluate(options: argparse.Namespace) -> None:
    from .evaluate import evaluate

    report = evaluate(read_manifest(options.manifest), [options.runs / name for name in options.names])
    options.report.write_text(json.dumps(report, indent=1) + "\n")
    for corpus, figures in report["corpora"].items():
        low, high = figures["uarCi95"]
        print(
            f"{corpus:8} n {figures['n']:5} speakers {figures['speakers']:3} UAR {figures['uar']:.3f} [{low:.3f}, {high:.3f}] "
            f"accuracy {figures['accuracy']:.3f} F1 {figures['macroF1']:.3f} ECE {figures['ece']:.3f}"
        )


def _export(options: argparse.Namespace) -> None:
    from .card import write_card
    from .export import export
    from .outside import write

    clips, report = read_manifest(options.manifest), json.loads(options.report.read_text())
    export(clips, options.runs / options.name, options.starting_network, report, options.out)
    write(clips, options.data, options.out, options.report)
    write_card(json.loads(options.report.read_text()), options.out)


def _run(options: argparse.Namespace) -> None:
    """Everything, from the tars to the model: each step skips what is done already, so it can be run again."""
    _prepare(options)
    kept_out = {**{f"without-fold-{fold}": [fold] for fold in options.folds}, "final": []}
    settings = options.set
    for name, options.held_out in kept_out.items():
        options.set, options.teacher, options.name = [*settings, *SOUNDS], None, f"sounds-{name}"
        _train(options)
        options.set, options.name = [], f"voice-{name}"
        _voice(options)
        options.name, options.members = name, [f"sounds-{name}", f"voice-{name}"]
        _join(options)
    options.names, options.report = [name for name in kept_out if name != "final"], options.runs / "report.json"
    _evaluate(options)
    options.share = 0.15
    _baselines(options)
    _fatigue(options)
    _robustness(options)
    options.name = "final"
    _export(options)


def _baselines(options: argparse.Namespace) -> None:
    from .baselines import write
    from .teacher.prepare import prepare_teacher

    prepare_teacher(options.data, options.manifest, options.cache, "plain", options.threads)
    write(
        read_manifest(options.manifest), options.data, options.cache, options.starting_network, options.threads, options.report
    )


def _fatigue(options: argparse.Namespace) -> None:
    from .fatigue import write

    write(read_manifest(options.manifest), options.data, options.runs, options.report)


def _large(options: argparse.Namespace) -> None:
    """The teacher as a model of its own, with its manifest; it is not committed."""
    from .export import export_large

    report = json.loads(options.report.read_text())
    export_large(read_manifest(options.manifest), options.runs / options.name, options.cache, report, options.out)


def _cost(options: argparse.Namespace) -> None:
    from .cost import beside_wav2vec2

    ours, theirs = beside_wav2vec2(options.model)
    print(f"{options.model.name}: {ours:.2f} ms a second of audio; wav2vec2-base's arithmetic: {theirs:.1f} ms ({theirs / ours:.0f} times)")


def _robustness(options: argparse.Namespace) -> None:
    from .robustness import measure

    report = json.loads(options.report.read_text())
    runs = [options.runs / run["run"] for run in report["runs"]]
    report["robustness"] = measure(read_manifest(options.manifest), options.data, runs, options.share)
    options.report.write_text(json.dumps(report, indent=1) + "\n")
    print(report["robustness"])


def _with(recipe: Any, settings: list[str]) -> Any:
    """`epochs=3`, `augmentation.noise=0` laid over the recipe's defaults, each in its default's type."""
    for setting in settings:
        name, _, value = setting.partition("=")
        name, _, inner = name.partition(".")
        if name not in {field.name for field in fields(recipe)}:
            raise SystemExit(f"--set {setting}: the recipe has no {name}")
        default = getattr(recipe, name)
        if inner:
            new = _with(default, [f"{inner}={value}"])
        elif isinstance(default, tuple):
            new = tuple(type(default[0])(part) for part in value.split(","))
        else:
            new = value == "true" if isinstance(default, bool) else type(default)(value)
        recipe = replace(recipe, **{name: new})
    return recipe


def _parser() -> argparse.ArgumentParser:
    data, cache, fitting, runs, report, out = (argparse.ArgumentParser(add_help=False) for _ in range(6))
    data.add_argument("--data", type=Path, required=True, help="folder with the tars, or with them unpacked")
    data.add_argument("--manifest", type=Path, help="default: manifest.csv in --data")
    cache.add_argument("--cache", type=Path, required=True, help="features and the teacher's states, about 5 GB")
    cache.add_argument("--threads", type=int, default=2)
    fitting.add_argument("--starting-network", type=Path, required=True, help="mn04_as_mAP_432.pt")
    fitting.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="changes the recipe")
    runs.add_argument("--runs", type=Path, required=True, help="where runs keep checkpoints, logs and predictions")
    report.add_argument("--report", type=Path, required=True, help="the evaluation, as JSON")
    out.add_argument("--out", type=Path, required=True, help="folder for emotion.onnx, manifest, card and pictures")

    parser = argparse.ArgumentParser(prog="training", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("prepare", parents=[data, cache], help="clips to cached features")
    command.set_defaults(do=_prepare)
    command = commands.add_parser("teach", parents=[data, cache, runs], help="the teacher: states of its encoder, heads on them")
    command.add_argument("--name", required=True)
    command.add_argument("--held-out", type=int, nargs="*", default=[], choices=FOLDS, metavar="FOLD")
    command.set_defaults(do=_teach)
    command = commands.add_parser("train", parents=[data, cache, fitting, runs], help="one run")
    command.add_argument("--name", required=True)
    command.add_argument("--teacher", help="name of a teacher's run, held to the same folds")
    command.add_argument("--held-out", type=int, nargs="*", default=[], choices=FOLDS, metavar="FOLD")
    command.set_defaults(do=_train)
    command = commands.add_parser("voice", parents=[data, cache, fitting, runs], help="heads on the voice encoder")
    command.add_argument("--name", required=True)
    command.add_argument("--held-out", type=int, nargs="*", default=[], choices=FOLDS, metavar="FOLD")
    command.set_defaults(do=_voice)
    command = commands.add_parser("join", parents=[runs], help="several runs as one, whose answers are their mean")
    command.add_argument("--name", required=True)
    command.add_argument("--members", nargs="+", required=True, help="runs that held out the same folds")
    command.set_defaults(do=_join)
    command = commands.add_parser("evaluate", parents=[data, runs, report], help="held-out predictions to a report")
    command.add_argument("--names", nargs="+", required=True, help="runs")
    command.set_defaults(do=_evaluate)
    command = commands.add_parser("export", parents=[data, fitting, runs, report, out], help="a run to model, manifest and card")
    command.add_argument("--name", required=True)
    command.set_defaults(do=_export)
    command = commands.add_parser("baselines", parents=[data, cache, fitting, report], help="what others do, in the same folds")
    command.set_defaults(do=_baselines)
    command = commands.add_parser("fatigue", parents=[data, runs, report], help="acted boredom against other low arousal")
    command.set_defaults(do=_fatigue)
    command = commands.add_parser("large", parents=[data, cache, runs, report, out], help="a teacher's run as a model of its own")
    command.add_argument("--name", required=True)
    command.set_defaults(do=_large)
    command = commands.add_parser("cost", help="milliseconds of one core per second of audio, beside wav2vec2-base")
    command.add_argument("--model", type=Path, default=Path("models/emotion.onnx"))
    command.set_defaults(do=_cost)
    command = commands.add_parser(
        "robustness", parents=[data, runs, report], help="the report's held-out clips under noise, codecs and loss"
    )
    command.add_argument("--share", type=float, default=0.15, help="of the held-out clips")
    command.set_defaults(do=_robustness)
    command = commands.add_parser("run", parents=[data, cache, fitting, runs, out], help="all of it; resumes where it stopped")
    command.add_argument(
        "--folds", type=int, nargs="+", choices=FOLDS, metavar="FOLD", help="held out in turn; default: 0 1 2",
        default=[fold for fold in FOLDS if fold not in CHOSEN_ON],
    )  # fmt: skip
    command.set_defaults(do=_run)
    return parser


if __name__ == "__main__":
    main()
