"""A finished run to `emotion.onnx` with its manifest, each written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch

from .frontend import SAMPLE_RATE_HZ
from .labels import CORPORA, LABELS, Clip
from .network import EmotionModel
from .train import load_network

NAME, VERSION = "ses-mn04", "0.1.0"
OPSET = 18
MIN_SAMPLES, MAX_SAMPLES = 8_000, 96_000
"""Half a second to six: about what training hears, and where the middleware cuts utterances."""

STARTING_NETWORK = (
    "Starting network: EfficientAT mn04_as_mAP_432, F. Schmid, K. Koutini, G. Widmer, 'Efficient large-scale audio tagging "
    "via transformer-to-CNN knowledge distillation', ICASSP 2023. MIT, Copyright (c) F. Schmid."
)


def to_onnx(model: EmotionModel, path: Path) -> None:
    """Exports with dynamic batch and samples, and refuses a graph that does not answer as the torch model does."""
    pcm, lengths = torch.randn(2, 24_000) * 0.1, torch.tensor([24_000, 17_000])
    batch, samples = torch.export.Dim("batch"), torch.export.Dim("samples", min=1_600)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            model.eval(), (pcm, lengths), dynamo=True, verbose=False, opset_version=OPSET,
            input_names=["pcm", "lengths"], output_names=["logits"],
            dynamic_shapes={"pcm": {0: batch, 1: samples}, "lengths": {0: batch}},
        )  # fmt: skip
    graph = program.model_proto
    del graph.metadata_props[:]
    for node in graph.graph.node:
        # The exporter notes where in the source each node came from; paths of a machine are nobody's business.
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.checker.check_model(graph)
    onnx.save(graph, path)
    with torch.inference_mode():
        apart = np.abs(model(pcm, lengths).numpy() - answer(path, pcm.numpy(), lengths.numpy())).max()
    if apart > 1e-3:
        raise RuntimeError(f"{path}: logits differ from torch's by {apart}")


def answer(path: Path, pcm: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """float32 [batch, 9]: logits from ONNX Runtime on one thread."""
    return session(path).run(None, {"pcm": pcm, "lengths": lengths})[0]


def session(path: Path) -> onnxruntime.InferenceSession:
    """One CPU thread, as a worker of the middleware runs it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def export(clips: list[Clip], run: Path, report: dict[str, Any], out: Path) -> None:
    """Writes emotion.onnx and manifest.json into `out`; a reader never sees half of a file."""
    out.mkdir(parents=True, exist_ok=True)
    unfinished = out / ".emotion.onnx.unfinished"
    to_onnx(EmotionModel(load_network(run)), unfinished)
    manifest = _manifest(clips, run, report, unfinished)
    described = out / ".manifest.json.unfinished"
    described.write_text(json.dumps(manifest, indent=2) + "\n")
    os.replace(unfinished, out / manifest["file"])
    os.replace(described, out / "manifest.json")


def _manifest(clips: list[Clip], run: Path, report: dict[str, Any], graph: Path) -> dict[str, Any]:
    done = json.loads((run / "done.json").read_text())
    trained = [clip for clip in clips if clip.fold not in done["heldOut"]]
    corpora = [corpus for corpus in CORPORA.values() if any(clip.corpus == corpus.name for clip in trained)]
    frequency_hz, amplitude, samples = 220, 0.1, SAMPLE_RATE_HZ
    sine = amplitude * np.sin(2 * np.pi * frequency_hz * np.arange(samples) / SAMPLE_RATE_HZ)
    tested = answer(graph, sine[None].astype(np.float32), np.array([samples]))[0]
    kept = ("n", "speakers", "uar", "uarCi95", "accuracy", "macroF1", "ece")
    return {
        "schemaVersion": 1,
        "name": NAME,
        "version": VERSION,
        "file": "emotion.onnx",
        "sha256": hashlib.sha256(graph.read_bytes()).hexdigest(),
        "bytes": graph.stat().st_size,
        "licence": "CC-BY-NC-SA-4.0",
        "attribution": [*(corpus.attribution for corpus in corpora), STARTING_NETWORK],
        "sampleRateHz": SAMPLE_RATE_HZ,
        "minSamples": MIN_SAMPLES,
        "maxSamples": MAX_SAMPLES,
        "inputs": {"pcm": {"type": "float32", "shape": ["batch", "samples"]}, "lengths": {"type": "int64", "shape": ["batch"]}},
        "outputs": {"logits": {"type": "float32", "shape": ["batch", len(LABELS)]}},
        "labels": list(LABELS),
        "calibration": {"temperature": round(report["temperature"], 4), "unsureBelow": round(report["unsureBelow"], 4)},
        "training": {
            "commit": done["commit"],
            "date": done["date"],
            "seed": done["recipe"]["seed"],
            "epochs": done["recipe"]["epochs"],
            "recipe": _recipe_in_words(done),
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
        "selfTest": {
            "description": "pcm[n] = amplitude * sin(2 pi frequencyHz n / sampleRateHz) for n in 0..samples - 1, batch of one, "
            "lengths = [samples]; logits to within 0.01.",
            "frequencyHz": frequency_hz,
            "amplitude": amplitude,
            "samples": samples,
            "logits": [round(float(value), 5) for value in tested],
        },
    }


def _recipe_in_words(done: dict[str, Any]) -> str:
    recipe, held = done["recipe"], done["heldOut"]
    folds = f"without folds {', '.join(map(str, held))}" if held else "on all folds"
    return (
        f"mn04 fine-tuned {folds}, {recipe['epochs']} epochs of {recipe['draws']} clips drawn evenly over labels, "
        f"AdamW {recipe['backbone_rate']:g}/{recipe['head_rate']:g} on a cosine, weights averaged, soft targets from "
        f"listeners' votes ({recipe['votes_share']:g}), loss within each corpus's labels plus {recipe['nine_way']:g} over all "
        "nine, speed, warping, noise, rooms, filters, Opus and packet loss"
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value
