"""A run that was stopped and goes on ends with the weights of one that was not."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from training import train as module
from training.backbone import Backbone
from training.labels import Clip
from training.prepare import Features
from training.train import Recipe, load_network, train

RECIPE = Recipe(epochs=2, draws=64, batch=16, longest=100, variants=("plain",))


@pytest.fixture
def run(clips: list[Clip], features: Features, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "load_features", lambda cache, name: features)
    monkeypatch.setattr(module, "load_starting_network", lambda path: (Backbone(), None))
    return lambda path, recipe=RECIPE, held_out=(0,): train(clips, Path(), Path(), path, recipe, held_out, threads=1)


def test_resumes_to_the_same_weights(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "whole")
    steps, step = 0, module._step

    def power_cut(*arguments):
        nonlocal steps
        steps += 1
        if steps == 6:
            raise KeyboardInterrupt
        return step(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_step", power_cut)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "stopped")
    run(tmp_path / "stopped")
    whole, stopped = (load_network(tmp_path / name).state_dict() for name in ("whole", "stopped"))
    for name, tensor in whole.items():
        assert torch.allclose(tensor, stopped[name], atol=1e-5), name
    assert (tmp_path / "stopped" / "predictions.npz").exists()


def test_another_recipe_is_refused(run, tmp_path: Path) -> None:
    run(tmp_path / "run")
    with pytest.raises(ValueError, match="another recipe"):
        run(tmp_path / "run", held_out=(1,))
