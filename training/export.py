"""A finished run to `emotion.onnx` with its manifest, each written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from .audio import read_clip
from .frontend import SAMPLE_RATE_HZ
from .labels import CORPORA, LABELS, Clip, Corpus
from .eightbits import narrowed
from .events import EVENTS, EventBranch
from .metrics import softmax_within
from .network import ShippedModel
from .prosody import PROSODY
from .teacher.large import LargeModel, load_heads
from .tidy import renamed, tidied
from .whisper.weights import WHISPER_BASE, load_encoder
from .train import load_model
from .voice import LAYERS

NAME, VERSION = "ses-emotion", "0.4.1"
SAMPLES = Path(__file__).parents[1] / "samples"
OPSET = 20
OUTPUTS = {"logits": len(LABELS), "events": len(EVENTS), "prosody": len(PROSODY)}
"""The graph's outputs, each float32 [batch, columns]."""

SPEECH_BELOW = 0.3
"""Clips whose `speech` is below this get the answer "unsure": on the corpora 2 % lie under 0.55, of ESC-10 nine tenths under 0.2."""

MIN_SAMPLES, MAX_SAMPLES = 8_000, 96_000
"""Half a second to six: about what training hears, and where the middleware cuts utterances."""

STARTING_NETWORK = (
    "Starting network: EfficientAT mn04_as_mAP_432, F. Schmid, K. Koutini, G. Widmer, 'Efficient large-scale audio tagging "
    "via transformer-to-CNN knowledge distillation', ICASSP 2023. MIT, Copyright (c) F. Schmid."
)


WHISPER = (
    "Encoder: Whisper {}, A. Radford et al., 'Robust speech recognition via large-scale weak supervision', 2022. "
    "MIT, Copyright (c) OpenAI."
)


def to_onnx(
    model: nn.Module, path: Path, outputs: Sequence[str] = tuple(OUTPUTS), speech: Sequence[np.ndarray] = ()
) -> None:
    """Exports with dynamic batch and samples, and refuses a graph that does not answer as the torch model does.

    `speech` are clips on which the ranges of eight-bit arithmetic are measured; without any, it stays in single precision.
    """
    pcm, lengths = torch.randn(2, 24_000) * 0.1, torch.tensor([24_000, 17_000])
    calibration = [{"pcm": clip[None], "lengths": np.array([len(clip)])} for clip in speech]
    batch, samples = torch.export.Dim("batch"), torch.export.Dim("samples", min=1_600)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model.eval(), (pcm, lengths), dynamo=True, verbose=False, opset_version=OPSET,
            input_names=["pcm", "lengths"], output_names=list(outputs),
            dynamic_shapes={"pcm": {0: batch, 1: samples}, "lengths": {0: batch}},
        )  # fmt: skip
    graph = program.model_proto
    del graph.metadata_props[:]
    for node in graph.graph.node:
        # The exporter notes where in the source each node came from; paths of a machine are nobody's business.
        del node.metadata_props[:]
        node.doc_string = ""
    graph = tidied(graph)
    with torch.inference_mode():
        expected = model(pcm, lengths)
    expected = expected if isinstance(expected, tuple) else (expected,)
    # What the exporter made is exact; after that, noise as here shows gross faults only: EXPERIMENTS.md has what eight bits cost.
    for narrow, most in ((lambda whole: whole, 0.02), (lambda whole: renamed(narrowed(whole, calibration)), 0.5)):
        graph = narrow(graph)
        onnx.checker.check_model(graph)
        onnx.save(graph, path)
        for name, ours, theirs in zip(outputs, answer(path, pcm.numpy(), lengths.numpy()), expected, strict=True):
            apart = np.abs(ours - theirs.numpy()).max()
            if apart > most:
                raise RuntimeError(f"{path}: {name} differs from torch's by {apart}")


def answer(path: Path, pcm: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
    """The graph's outputs, in the order of `OUTPUTS`, from ONNX Runtime on one thread."""
    return session(path).run(None, {"pcm": pcm, "lengths": lengths})


def session(path: Path) -> onnxruntime.InferenceSession:
    """One CPU thread, as a worker of the middleware runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def export(clips: list[Clip], run: Path, starting_network: Path, report: dict[str, Any], out: Path) -> None:
    """Writes emotion.onnx and manifest.json into `out`; a reader never sees half of a file."""
    shared_blocks = json.loads((run / "done.json").read_text())["recipe"]["frozen_blocks"]
    out.mkdir(parents=True, exist_ok=True)
    unfinished = out / ".emotion.onnx.unfinished"
    to_onnx(ShippedModel(load_model(run), EventBranch(starting_network, shared_blocks)), unfinished, speech=_speech())
    manifest = _manifest(clips, run, report, unfinished)
    described = out / ".manifest.json.unfinished"
    described.write_text(json.dumps(manifest, indent=2) + "\n")
    os.replace(unfinished, out / manifest["file"])
    os.replace(described, out / "manifest.json")


def export_large(clips: list[Clip], run: Path, cache: Path, report: dict[str, Any], out: Path) -> None:
    """Writes a teacher's run as emotion.onnx and manifest.json: for workers with a GPU, and too large to commit."""
    out.mkdir(parents=True, exist_ok=True)
    model = LargeModel(load_encoder(WHISPER_BASE, cache), load_heads(run))
    to_onnx(model, out / "emotion.onnx", ("logits",))
    manifest = _manifest(clips, run, report, out / "emotion.onnx")
    manifest |= {"name": "ses-whisper-base", "outputs": {"logits": manifest["outputs"]["logits"]}}
    manifest["attribution"][-2:] = [WHISPER.format("base")]
    for absent in ("events", "prosody", "fixture"):
        del manifest[absent]
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


def _manifest(clips: list[Clip], run: Path, report: dict[str, Any], graph: Path) -> dict[str, Any]:
    done = json.loads((run / "done.json").read_text())
    taught = done["recipe"].get("corpora", list(CORPORA))
    trained = [clip for clip in clips if clip.fold not in done["heldOut"] and clip.corpus in taught]
    corpora = [corpus for corpus in CORPORA.values() if any(clip.corpus == corpus.name for clip in trained)]
    frequency_hz, amplitude, samples = 220, 0.1, SAMPLE_RATE_HZ
    sine = amplitude * np.sin(2 * np.pi * frequency_hz * np.arange(samples) / SAMPLE_RATE_HZ)
    tested = answer(graph, sine[None].astype(np.float32), np.array([samples]))[0][0]
    kept = ("n", "speakers", "uar", "uarCi95", "accuracy", "macroF1", "ece")
    return {
        "schemaVersion": 1,
        "name": NAME if "NC" in licence_of(corpora) else f"{NAME}-commercial",
        "version": VERSION,
        "file": "emotion.onnx",
        "sha256": hashlib.sha256(graph.read_bytes()).hexdigest(),
        "bytes": graph.stat().st_size,
        "licence": licence_of(corpora),
        "attribution": [*(corpus.attribution for corpus in corpora), STARTING_NETWORK, WHISPER.format("tiny.en")],
        "sampleRateHz": SAMPLE_RATE_HZ,
        "minSamples": MIN_SAMPLES,
        "maxSamples": MAX_SAMPLES,
        "inputs": {"pcm": {"type": "float32", "shape": ["batch", "samples"]}, "lengths": {"type": "int64", "shape": ["batch"]}},
        "outputs": {name: {"type": "float32", "shape": ["batch", columns]} for name, columns in OUTPUTS.items()},
        "labels": list(LABELS),
        "events": {"labels": list(EVENTS), "speechBelow": SPEECH_BELOW},
        "prosody": {"columns": list(PROSODY)},
        "calibration": {"temperature": round(report["temperature"], 4), "unsureBelow": round(report["unsureBelow"], 4)},
        "training": {
            "networks": [
                {**{key: each.get(key) for key in ("commit", "date")}, "seed": _seed(each), "recipe": _recipe_in_words(each)}
                for each in done.get("recipes", [done])
            ],
            "corpora": [
                {
                    "name": corpus.name,
                    "licence": corpus.licence,
                    "clips": sum(clip.corpus == corpus.name for clip in trained),
                    "speakers": len({clip.speaker for clip in trained if clip.corpus == corpus.name}),
                }
                for corpus in corpora
            ],
        },
        "metrics": {
            "protocol": report["protocol"],
            "corpora": {
                corpus: {key: _rounded(figures[key]) for key in kept} for corpus, figures in report["corpora"].items()
            },
        },
        "fixture": _fixture(graph, report["temperature"]),
        "selfTest": {
            "description": "pcm[n] = amplitude * sin(2 pi frequencyHz n / sampleRateHz) for n in 0..samples - 1, batch of one, "
            "lengths = [samples]; logits to within 0.05.",
            "frequencyHz": frequency_hz,
            "amplitude": amplitude,
            "samples": samples,
            "logits": [round(float(value), 5) for value in tested],
        },
    }


def _speech() -> list[np.ndarray]:
    """A hundred and more clips of several corpora, and sounds that are no speech, from the repository."""
    paths = [path for corpus in sorted(SAMPLES.iterdir()) if corpus.is_dir() for path in sorted(corpus.glob("*.opus"))[::3]]
    return [read_clip(path)[:MAX_SAMPLES].astype(np.float32) for path in paths]


def _fixture(graph: Path, temperature: float) -> dict[str, Any]:
    """What the graph says of clips that the repository holds: a runtime or a decoder that errs shows in it."""
    answers = []
    for corpus in ("crema-d", "emo-db", "nemo"):
        rows = list(csv.DictReader((SAMPLES / corpus / "manifest.csv").open(newline="", encoding="utf-8")))
        for row in rows[:: max(1, len(rows) // 12)][:12]:
            pcm = read_clip(SAMPLES / corpus / row["file"])[:MAX_SAMPLES].astype(np.float32)
            logits = answer(graph, pcm[None], np.array([len(pcm)]))[0] / temperature
            chances = softmax_within(logits, None)[0]
            best = int(chances.argmax())
            answers.append(
                {"file": f"{corpus}/{row['file']}", "emotion": row["emotion"], "label": LABELS[best], "probability": round(float(chances[best]), 4)}
            )
    return {
        "description": "Clips of samples/, whose speakers training heard: the likeliest of the nine labels and its probability. Probabilities "
        "to within 0.05.",
        "accuracy": round(float(np.mean([each["emotion"] == each["label"] for each in answers])), 4),
        "answers": answers,
    }


def licence_of(corpora: list[Corpus]) -> str:
    """Of the weights. ODbL asks a produced work for a notice, which is in the attribution; the rest asks for nothing more."""
    return "CC-BY-NC-SA-4.0" if any("NC" in corpus.licence for corpus in corpora) else "MIT"


def _seed(done: dict[str, Any]) -> Any:
    return done["recipe"].get("seed", done["recipe"].get("seeds"))


def _recipe_in_words(done: dict[str, Any]) -> str:
    recipe, held = done["recipe"], done["heldOut"]
    if "seeds" in recipe:
        heads = "a head" if len(recipe["seeds"]) == 1 else f"{len(recipe['seeds'])} heads"
        on = f"the first {LAYERS} layers of frozen Whisper tiny.en" if "passes" in recipe else "frozen Whisper base"
        return f"{heads} on {on}, {recipe['epochs']} epochs of {recipe['draws']} clips drawn evenly over labels"
    taught = (
        f"; {recipe['lesson_logits']:g} of the loss and its frames from frozen Whisper base under heads trained on the same folds"
        if done.get("teacher")
        else ""
    )
    folds = f"without folds {', '.join(map(str, held))}" if held else "on all folds"
    return (
        f"mn04 fine-tuned {folds}, {recipe['epochs']} epochs of {recipe['draws']} clips drawn evenly over labels, "
        f"AdamW {recipe['backbone_rate']:g}/{recipe['head_rate']:g} on a cosine, weights averaged, soft targets from "
        f"listeners' votes ({recipe['votes_share']:g}), loss within each corpus's labels plus {recipe['nine_way']:g} over all "
        f"nine, speed, warping, noise, rooms, filters, Opus and packet loss{taught}"
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value
