"""Facts of the machine that the tests run on: every one can be had, none of them raises."""

import json
from pathlib import Path

import pytest

from hanfslab.host import enter, gather
from hanfslab.host.accelerator import Accelerator
from hanfslab.host.diagnose import diagnose
from hanfslab.host.facts import HostFacts


def test_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANFSLAB_STATE", str(tmp_path))
    monkeypatch.setattr(enter, "kvm_suspect", lambda: False)  # probing is another test's
    monkeypatch.setattr(gather, "accelerator", lambda _again: Accelerator("tcg", 3, "not tried here"))
    facts = gather.gather()
    assert HostFacts.model_validate_json(facts.model_dump_json()) == facts
    assert 0 < facts.memory_free <= facts.memory_total
    assert len(diagnose(facts)) == 10


def test_a_users_own_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "GEMSPECS", ())
    monkeypatch.setenv("VAGRANT_HOME", str(tmp_path))
    assert gather._plugin() == ""
    installed = {"version": "1", "installed": {"vagrant-libvirt": {"gem_version": "0.12.2"}}}
    (tmp_path / "plugins.json").write_text(json.dumps(installed))
    assert gather._plugin() == "0.12.2"


def test_debians_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vagrant-libvirt-0.11.2.gemspec").touch()
    monkeypatch.setattr(gather, "GEMSPECS", (tmp_path,))
    assert gather._plugin() == "0.11.2"
