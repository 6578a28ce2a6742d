"""Tables of sines and cosines that a graph need not carry: it makes them from few numbers, once, when it is loaded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import onnx
import onnx.numpy_helper
from onnx import TensorProto, helper

from . import frontend, prosody

_CIRCLE = 2 * frontend.FFT
"""Angles are whole numbers of this part of a circle, so that none is rounded."""

_POSITIONS = re.compile(r"positions\.table$")


@dataclass(frozen=True)
class _Bases:
    """What `half_bases` was called with, and which of its two tables is meant."""

    window: np.ndarray
    fft: int
    bins: np.ndarray
    sines: bool


_MEL = np.hanning(frontend.WINDOW), frontend.FFT, np.arange(1, frontend.BINS + 1)
_PITCH = np.hanning(prosody.FRAME + 2)[1:-1], prosody.FFT, np.arange(prosody.FFT // 2 + 1)
_BASES = {
    re.compile(r"mel_power\.cosines$"): _Bases(*_MEL, sines=False),
    re.compile(r"mel_power\.sines$"): _Bases(*_MEL, sines=True),
    re.compile(r"prosody\.of_sums$"): _Bases(*_PITCH, sines=False),
    re.compile(r"prosody\.of_differences$"): _Bases(*_PITCH, sines=True),
}


def without_tables(graph: onnx.ModelProto) -> None:
    """Puts the steps that make a table in its place; the runtime takes them when it folds constants."""
    nodes: list[onnx.NodeProto] = []
    kept = []
    for tensor in graph.graph.initializer:
        bases = next((bases for name, bases in _BASES.items() if name.search(tensor.name)), None)
        if bases is not None:
            nodes += _half_bases(tensor.name, bases, kept)
        elif _POSITIONS.search(tensor.name):
            nodes += _positions(tensor.name, *tensor.dims, kept)
        else:
            kept.append(tensor)
    nodes += graph.graph.node
    del graph.graph.node[:], graph.graph.initializer[:]
    graph.graph.node.extend(nodes)
    graph.graph.initializer.extend(kept)


def _half_bases(name: str, bases: _Bases, kept: list[TensorProto]) -> list[onnx.NodeProto]:
    half, part = len(bases.window) // 2, _CIRCLE // (2 * bases.fft)
    circle = "circle"
    if all(tensor.name != circle for tensor in kept):
        cosines = np.cos(2 * np.pi * np.arange(_CIRCLE) / _CIRCLE).astype(np.float32)
        kept.append(onnx.numpy_helper.from_array(cosines, circle))
    # A sine is the cosine of a quarter of a circle less.
    places = {
        "samples": (part * (2 * np.arange(half, dtype=np.int64) + 1))[:, None],
        "bins": bases.bins.astype(np.int64)[None],
        "turned": np.int64(_CIRCLE * 3 // 4 if bases.sines else 0),
        "whole": np.int64(_CIRCLE),
        "window": bases.window[half:, None].astype(np.float32),
    }
    kept.extend(onnx.numpy_helper.from_array(np.asarray(values), f"{name}.{part}") for part, values in places.items())
    return [
        helper.make_node("Mul", [f"{name}.samples", f"{name}.bins"], [f"{name}.angles"]),
        helper.make_node("Add", [f"{name}.angles", f"{name}.turned"], [f"{name}.moved"]),
        helper.make_node("Mod", [f"{name}.moved", f"{name}.whole"], [f"{name}.places"]),
        helper.make_node("Gather", [circle, f"{name}.places"], [f"{name}.values"]),
        helper.make_node("Mul", [f"{name}.values", f"{name}.window"], [name]),
    ]


def _positions(name: str, places: int, width: int, kept: list[TensorProto]) -> list[onnx.NodeProto]:
    rates = np.exp(np.float32(-math.log(10_000) / (width // 2 - 1)) * np.arange(width // 2, dtype=np.float32))
    numbers = {"from": np.float32(0), "to": np.float32(places), "by": np.float32(1), "columns": np.array([1]), "rates": rates[None]}
    kept.extend(onnx.numpy_helper.from_array(np.asarray(values), f"{name}.{part}") for part, values in numbers.items())
    return [
        helper.make_node("Range", [f"{name}.from", f"{name}.to", f"{name}.by"], [f"{name}.row"]),
        helper.make_node("Unsqueeze", [f"{name}.row", f"{name}.columns"], [f"{name}.places"]),
        helper.make_node("Mul", [f"{name}.places", f"{name}.rates"], [f"{name}.angles"]),
        helper.make_node("Sin", [f"{name}.angles"], [f"{name}.sines"]),
        helper.make_node("Cos", [f"{name}.angles"], [f"{name}.cosines"]),
        helper.make_node("Concat", [f"{name}.sines", f"{name}.cosines"], [name], axis=1),
    ]
