"""The model in models/ is the one that its manifest describes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from training.export import answer
from training.labels import LABELS

MODELS = Path(__file__).parents[2] / "models"


@pytest.mark.skipif(not (MODELS / "manifest.json").exists(), reason="no model shipped")
def test_the_shipped_model_is_what_its_manifest_says() -> None:
    manifest = json.loads((MODELS / "manifest.json").read_text())
    graph = MODELS / manifest["file"]
    assert hashlib.sha256(graph.read_bytes()).hexdigest() == manifest["sha256"]
    assert graph.stat().st_size == manifest["bytes"] <= 8 * 2**20
    assert tuple(manifest["labels"]) == LABELS
    test = manifest["selfTest"]
    time_s = np.arange(test["samples"]) / manifest["sampleRateHz"]
    sine = (test["amplitude"] * np.sin(2 * np.pi * test["frequencyHz"] * time_s)).astype(np.float32)
    assert answer(graph, sine[None], np.array([test["samples"]]))[0][0] == pytest.approx(test["logits"], abs=0.01)
