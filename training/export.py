"""A finished run to `emotion.onnx` with its manifest, each written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx.numpy_helper
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from .frontend import SAMPLE_RATE_HZ
from .labels import CORPORA, LABELS, Clip, Corpus
from .events import EVENTS, EventBranch
from .network import ShippedModel
from .prosody import PROSODY
from .teacher.large import LargeModel, load_heads
from .whisper.weights import WHISPER_BASE, load_encoder
from .train import load_model

NAME, VERSION = "ses-mn04", "0.2.0"
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
    "Encoder: Whisper base, A. Radford et al., 'Robust speech recognition via large-scale weak supervision', 2022. "
    "MIT, Copyright (c) OpenAI."
)


def to_onnx(model: nn.Module, path: Path, outputs: Sequence[str] = tuple(OUTPUTS)) -> None:
    """Exports with dynamic batch and samples, and refuses a graph that does not answer as the torch model does."""
    pcm, lengths = torch.randn(2, 24_000) * 0.1, torch.tensor([24_000, 17_000])
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
    with torch.inference_mode():
        expected = model(pcm, lengths)
    expected = expected if isinstance(expected, tuple) else (expected,)
    # What the exporter made is exact; eight bits cost what `outside` measures on speech, noise as here shows gross faults only.
    for narrow, most in ((lambda whole: whole, 0.02), (narrowed, 0.5)):
        graph = narrow(graph)
        onnx.checker.check_model(graph)
        onnx.save(graph, path)
        for name, ours, theirs in zip(outputs, answer(path, pcm.numpy(), lengths.numpy()), expected, strict=True):
            apart = np.abs(ours - theirs.numpy()).max()
            if apart > most:
                raise RuntimeError(f"{path}: {name} differs from torch's by {apart}")


def narrowed(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with its weights in eight bits, and the voice's transformer computed in eight bits."""
    graph = _quantise_layers(graph)
    _shrink_weights(graph)
    return graph


EXACT = re.compile(r"front_end|prosody|positions|steps|strides|bands")
"""Tables that keep their precision."""


def _shrink_weights(graph: onnx.ModelProto) -> None:
    """Stores large weights as eight bits with a scale for each of their rows; the runtime widens them once, when it loads.

    Arithmetic on them stays in float32, so the speed is the same.
    """
    widening = []
    for tensor in list(graph.graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < 1024 or values.ndim < 2 or EXACT.search(tensor.name):
            continue
        wide = tensor.name
        # A row is what one output is made of, or the scale of a large one would round a small one away.
        axes = tuple(range(1, values.ndim))
        scale = np.maximum(np.abs(values).max(axes, keepdims=True), 1e-12) / 127
        tensor.CopyFrom(onnx.numpy_helper.from_array(np.round(values / scale).astype(np.int8), f"{wide}.eighth"))
        graph.graph.initializer.append(onnx.numpy_helper.from_array(scale.astype(np.float32), f"{wide}.scale"))
        widening += [
            onnx.helper.make_node("Cast", [f"{wide}.eighth"], [f"{wide}.cast"], to=onnx.TensorProto.FLOAT),
            onnx.helper.make_node("Mul", [f"{wide}.cast", f"{wide}.scale"], [wide]),
        ]
    nodes = list(graph.graph.node)
    del graph.graph.node[:]
    graph.graph.node.extend([*widening, *nodes])


def _quantise_layers(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The voice's transformer in eight-bit arithmetic: weights by column, activations as they come.

    Seven bits of the weights are used, since processors without VNNI add up products of eight in sixteen bits.
    """
    layers = [
        node.name
        for node in graph.graph.node
        if node.op_type == "MatMul" and any(len(t.dims) == 2 and min(t.dims) >= 240 for t in graph.graph.initializer if t.name in node.input)
    ]
    if not layers:
        return graph
    with tempfile.TemporaryDirectory() as folder:
        wide, narrow = Path(folder) / "wide.onnx", Path(folder) / "narrow.onnx"
        onnx.save(graph, wide)
        quantize_dynamic(wide, narrow, nodes_to_quantize=layers, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        return onnx.load(narrow)


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
    to_onnx(ShippedModel(load_model(run), EventBranch(starting_network, shared_blocks)), unfinished)
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
    manifest["attribution"][-1] = WHISPER
    for absent in ("events", "prosody"):
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
        "attribution": [*(corpus.attribution for corpus in corpora), STARTING_NETWORK],
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
        "selfTest": {
            "description": "pcm[n] = amplitude * sin(2 pi frequencyHz n / sampleRateHz) for n in 0..samples - 1, batch of one, "
            "lengths = [samples]; logits to within 0.01.",
            "frequencyHz": frequency_hz,
            "amplitude": amplitude,
            "samples": samples,
            "logits": [round(float(value), 5) for value in tested],
        },
    }


def licence_of(corpora: list[Corpus]) -> str:
    """Of the weights. ODbL asks a produced work for a notice, which is in the attribution; the rest asks for nothing more."""
    return "CC-BY-NC-SA-4.0" if any("NC" in corpus.licence for corpus in corpora) else "MIT"


def _seed(done: dict[str, Any]) -> Any:
    return done["recipe"].get("seed", done["recipe"].get("seeds"))


def _recipe_in_words(done: dict[str, Any]) -> str:
    recipe, held = done["recipe"], done["heldOut"]
    if "seeds" in recipe:
        return f"{len(recipe['seeds'])} heads on frozen Whisper base, {recipe['epochs']} epochs of {recipe['draws']} clips"
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
