"""The model card, its figures taken from the manifest and the report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .cost import beside_wav2vec2
from .export import OPSET
from .labels import CORPORA, LABELS
from .network import VOICES_SHARE
from .pictures import draw_confusions, draw_reliability

_TEXT = """# {name} {version}: the emotion model of SpeechEmotionSense

One utterance of speech (16 kHz PCM, {min_s:g} to {max_s:g} s) to nine logits: {labels}.
Two networks that learnt from acted speech answer together: mn04 (EfficientAT's MobileNetV3 at width 0.4, trained on
AudioSet), fine-tuned, with a share of {sounds:.1f}, and the first layers of Whisper tiny.en as they are, under a head of our own, with {voices:.1f}. One
front end (STFT, mel, level normalisation) in the graph serves both. {kilobytes} kB, ONNX opset {opset}; weights are stored in eight
bits, and the transformer's layers compute in eight bits.

Beside the logits the graph gives eight sound events (`events`: mn04's own AudioSet knowledge, through the blocks that fine-tuning left
as they were) and eight measures of how the utterance is spoken (`prosody`: pitch, pauses, rate, level).

## What it is for
Giving a voice channel a rough, immediate sense of its mood, among people who have consented, with "unsure" as a
frequent and honest answer. Read it over many utterances rather than one.

## What it is not for
- **No health use.** It diagnoses nothing: no depression, no fatigue, no stress.
- **No workplace or school.** The EU's AI Act (Article 5(1)(f)) forbids inferring emotions there.
- **No punishing.** A label is no ground for a mute, a kick, a ban or a report; nobody should be judged by it.
- No lie detection, no recognising of persons, no use on people who have not agreed to it.

## Data
{data}

Each corpus has its share of an epoch ({shares}). The weights are under **{licence}**{because}.
Environment noise for augmentation: ESC-10 (K. J. Piczak, 2015, CC BY 3.0), laptop keystrokes recorded over Zoom (MIT),
Speech Commands background noise (P. Warden, 2018, CC BY 4.0).

{attribution}

## How it was measured
{protocol}
What was tried before, and what was decided when: `training/EXPERIMENTS.md`.

## Results on unseen speakers
Probabilities are restricted to the labels that the corpus can carry. [95 % interval over speakers]

| corpus | clips | speakers | UAR | accuracy | macro-F1 | ECE |
| --- | --- | --- | --- | --- | --- | --- |
{results}

| UAR by held-out fold | {fold_head} |
| --- | {fold_rule} |
{folds}

| UAR by sex | women | men | gap |
| --- | --- | --- | --- |
{sexes}

Recall by label:

| corpus | {label_head} |
| --- | {label_rule} |
{recall}

![Confusion matrices](confusion.png)

With all nine labels open, as in a voice channel where no corpus is known:

| corpus | accuracy | UAR | ECE | answered boredom | answered calm |
| --- | --- | --- | --- | --- | --- |
{nine}

{listeners}

## Calibration and "unsure"
Temperature {temperature:.3f}, one for all corpora, fitted on held-out predictions; the ECE above and here is measured with a
temperature fitted on other speakers. Over all unseen speakers together the ECE is **{together[ece]:.3f}**, and
{together[eceCorporaAlike]:.3f} if each corpus counts alike; {together[nineWayEce]:.3f} and {together[nineWayEceCorporaAlike]:.3f} with all nine labels open. The default threshold, {unsure:.3f} on the greatest of the nine probabilities,
answers three quarters of unseen clips, each corpus counting alike.

| error among answers, by share answered | {coverage_head} |
| --- | {coverage_rule} |
{coverage}

![Reliability and risk over coverage](reliability.png)

{baselines}{outside}{fatigue}{robustness}## Limits
- **Acted speech.** All four corpora are actors speaking set sentences. Spontaneous feeling is quieter and more mixed;
  expect less than these figures on it.
- **Three languages**, adults only; nEMO has seven speakers and EMO-DB eight here, so their intervals are wide.
- Boredom is learnt from EMO-DB alone, calm from RAVDESS alone, surprise from RAVDESS and nEMO.
- The label is what the actor was asked for. Listeners often hear something else; where they voted (CREMA-D), their votes are a
  part of the training target.
- One temperature does not fit every corpus: see the ECE of each. Read confidence as a rank.
- Loudness is normalised away within a clip: shouting is told by its timbre, not by its level.
- Laughter, shouting and music are what AudioSet taught mn04 of them: no recordings of these were at hand to measure them on.

## Cost
{cost:.2f} ms of one core per second of audio, front end, events and prosody included; the arithmetic of wav2vec2-base, which most
public emotion models are fine-tuned from, takes {theirs:.0f} ms in the same run (`python -m training cost`: ONNX Runtime, one
thread, batch 1, 3 s, on the 2-core virtual AMD EPYC that it was trained on).

## Making it again
`python -m training run`, as `training/README.md` says.{networks}
"""

_ROBUSTNESS = """## In a voice channel
UAR of a random share of the same unseen clips under each condition, and the share of labels that stay. The noise recordings are
those that training mixed in; lost packets are silent here, where a decoder would conceal them.

{}

"""

_BASELINES = """## Beside what others do
UAR in the same speaker-disjoint folds, all five of them, each baseline trained by corpus (`python -m training baselines`).

{}

"""

_OUTSIDE = """## Sounds that are no speech
Unsure is the answer where `speech` or the greatest probability lies below its threshold. Columns: median of each event.
ESC-10's and the keyboard's recordings were mixed into training as noise, at 5 dB below the speech and less; never alone.

{}

"""

_FATIGUE = """## Fatigue (experimental)
The score of `src/middleware/fatigue.ts`, validated on the nearest thing there is: EMO-DB's acted boredom, {bored} clips of {speakers} unseen
speakers. Area under the curve; a speaker's baseline is all their other clips. It is no statement about anybody's health or fitness.

| boredom against | score | network alone | prosody alone |
| --- | --- | --- | --- |
{rows}

"""


def write_card(report: dict[str, Any], out: Path) -> None:
    """Writes MODEL_CARD.md, confusion.png and reliability.png beside the manifest in `out`."""
    draw_confusions(report, out / "confusion.png")
    draw_reliability(report, out / "reliability.png")
    manifest = json.loads((out / "manifest.json").read_text())
    corpora = report["corpora"]
    folds = sorted({fold for figures in corpora.values() for fold in figures["byFold"]})
    coverage = report["riskCoverage"]
    trained = manifest["training"]
    cost, theirs = beside_wav2vec2(out / manifest["file"])
    text = _TEXT.format(
        name=manifest["name"],
        version=manifest["version"],
        min_s=manifest["minSamples"] / manifest["sampleRateHz"],
        max_s=manifest["maxSamples"] / manifest["sampleRateHz"],
        labels=", ".join(LABELS),
        sounds=1 - VOICES_SHARE,
        voices=VOICES_SHARE,
        kilobytes=manifest["bytes"] // 1000,
        licence=manifest["licence"],
        data=_table(
            ["corpus", "clips", "speakers", "licence"],
            [[CORPORA[c["name"]].title, c["clips"], c["speakers"], c["licence"]] for c in trained["corpora"]],
        ),
        attribution="\n".join(f"- {line}" for line in manifest["attribution"]),
        protocol=report["protocol"],
        results="\n".join(
            f"| {CORPORA[c].title} ({len(f['recall'])}) | {f['n']} | {f['speakers']} | **{f['uar']:.3f}** "
            f"[{f['uarCi95'][0]:.3f}, {f['uarCi95'][1]:.3f}] | {f['accuracy']:.3f} | {f['macroF1']:.3f} | {f['ece']:.3f} |"
            for c, f in corpora.items()
        ),
        fold_head=" | ".join(folds),
        fold_rule=" | ".join("---" for _ in folds),
        folds=_rows(corpora, lambda f: [_figure(f["byFold"].get(fold)) for fold in folds]),
        sexes=_rows(corpora, lambda f: _sexes(f["bySex"])),
        label_head=" | ".join(LABELS),
        label_rule=" | ".join("---" for _ in LABELS),
        recall=_rows(corpora, lambda f: [_figure(f["recall"].get(label)) for label in LABELS]),
        nine=_rows(corpora, lambda f: _nine_way(f["nineWay"])),
        listeners=_listeners(corpora),
        temperature=manifest["calibration"]["temperature"],
        together=report["together"],
        unsure=manifest["calibration"]["unsureBelow"],
        coverage_head=" | ".join(f"{100 * share:.0f} %" for share in coverage["coverage"]),
        coverage_rule=" | ".join("---" for _ in coverage["coverage"]),
        coverage=_rows(corpora, lambda f: [], lambda c: [_figure(risk) for risk in coverage[c]]),
        robustness=_ROBUSTNESS.format(report["robustness"]) if "robustness" in report else "",
        opset=OPSET,
        because=" because RAVDESS and nEMO are" if "NC" in manifest["licence"] else "",
        shares=_shares([corpus["name"] for corpus in trained["corpora"]]),
        baselines=_BASELINES.format(report["baselines"]) if "baselines" in report else "",
        outside=_OUTSIDE.format(report["outside"]) if "outside" in report else "",
        fatigue=_fatigue(report["fatigue"]) if "fatigue" in report else "",
        cost=cost,
        theirs=theirs,
        networks="\n" + "".join(
            f"\n{number}. Commit `{network['commit']}`, {network['date']}, seed {network['seed']}: {network['recipe']}."
            for number, network in enumerate(trained["networks"], 1)
        ),
    )
    unfinished = out / ".MODEL_CARD.md.unfinished"
    unfinished.write_text(text)
    os.replace(unfinished, out / "MODEL_CARD.md")


def _rows(corpora: dict[str, Any], cells: Any, by_name: Any = None) -> str:
    return "\n".join(
        f"| {' | '.join([CORPORA[corpus].title, *(by_name(corpus) if by_name else cells(figures))])} |"
        for corpus, figures in corpora.items()
    )


def _table(head: list[str], rows: list[list[Any]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _sexes(by_sex: dict[str, Any]) -> list[str]:
    women, men = (by_sex.get(sex, {}).get("uar") for sex in ("female", "male"))
    return [_figure(women), _figure(men), _figure(None if women is None or men is None else abs(women - men))]


def _nine_way(nine: dict[str, Any]) -> list[str]:
    return [_figure(nine[key]) for key in ("accuracy", "uar", "ece")] + [
        f"{100 * nine['answers'][label]:.1f} %" for label in ("boredom", "calm")
    ]


def _shares(names: list[str]) -> str:
    whole = sum(CORPORA[name].share for name in names)
    return ", ".join(f"{CORPORA[name].title} {100 * CORPORA[name].share / whole:.0f} %" for name in names)


def _fatigue(fatigue: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {name} | {auc['together']:.3f} | {auc['networkAlone']:.3f} | {auc['prosodyAlone']:.3f} |"
        for name, auc in fatigue["auc"].items()
    )
    return _FATIGUE.format(bored=fatigue["bored"], speakers=fatigue["speakers"], rows=rows)


def _listeners(corpora: dict[str, Any]) -> str:
    lines = []
    for corpus, figures in corpora.items():
        if heard := figures.get("listeners"):
            lines.append(
                f"Against listeners ({CORPORA[corpus].title}, {heard['clipsWithMajority']} clips with a clear favourite): "
                f"the model's label is what most of them heard in {100 * heard['agreement']:.1f} % of clips; "
                f"one listener hears what most of the others do in {100 * heard['oneListenerWithTheOthers']:.1f} %."
            )
    return "\n".join(lines)
