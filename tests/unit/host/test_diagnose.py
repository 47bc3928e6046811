"""The doctor against recorded hosts."""

from pathlib import Path

import pytest

from hanfslab.host.diagnose import Check, can_run_a_lab, diagnose
from hanfslab.host.facts import HostFacts

HOSTS = Path(__file__).parent / "hosts"


def checks_of(host: str) -> dict[str, Check]:
    facts = HostFacts.model_validate_json((HOSTS / f"{host}.json").read_text())
    return {check.name: check for check in diagnose(facts)}


@pytest.mark.parametrize(
    ("host", "missing", "warned"),
    [
        ("sandbox-root", set(), {"accelerator"}),
        ("laptop-kvm", set(), set()),
        ("laptop-no-groups", {"libvirtd", "groups"}, {"accelerator"}),
        ("nothing-installed", {"programs", "python", "vagrant", "libvirtd", "groups"}, {"accelerator", "box"}),
        ("broken-kvm-user", set(), {"libvirtd", "accelerator"}),
        ("too-small", {"memory", "storage"}, set()),
    ],
)
def test_recorded_host(host: str, missing: set[str], warned: set[str]) -> None:
    checks = checks_of(host)
    assert {name for name, check in checks.items() if check.state == "missing"} == missing
    assert {name for name, check in checks.items() if check.state == "warn"} == warned
    assert can_run_a_lab(list(checks.values())) == (not missing)


@pytest.mark.parametrize("host", [path.stem for path in sorted(HOSTS.glob("*.json"))])
def test_everything_missing_has_a_remedy(host: str) -> None:
    for check in checks_of(host).values():
        assert check.found
        assert check.remedy or check.state != "missing"
        assert "\n" not in check.found + check.remedy


def test_remedies_name_what_to_type() -> None:
    assert checks_of("nothing-installed")["programs"].remedy.startswith("apt-get install dnsmasq-base fakeroot")
    assert checks_of("nothing-installed")["vagrant"].remedy == "apt-get install vagrant vagrant-libvirt"
    assert "adduser anna libvirt; adduser anna kvm" in checks_of("laptop-no-groups")["groups"].remedy
    assert "fewer clients" in checks_of("too-small")["memory"].remedy


def test_memory_in_use_is_no_missing_memory() -> None:
    facts = HostFacts.model_validate_json((HOSTS / "laptop-kvm.json").read_text())
    busy = facts.model_copy(update={"memory_free": 1 << 30})
    assert {check.name for check in diagnose(busy) if check.state != "ok"} == {"memory"}
    assert can_run_a_lab(diagnose(busy))


def test_old_python_and_plugin_less_vagrant() -> None:
    facts = HostFacts.model_validate_json((HOSTS / "laptop-kvm.json").read_text())
    old = diagnose(facts.model_copy(update={"python": "3.9.2", "plugin": ""}))
    assert {check.name for check in old if check.state == "missing"} == {"python", "vagrant"}


def test_root_without_namespaces_needs_them_only_for_a_private_libvirtd() -> None:
    facts = HostFacts.model_validate_json((HOSTS / "sandbox-root.json").read_text())
    without = facts.model_copy(update={"namespaces": False})
    assert not can_run_a_lab(diagnose(without))
    system = without.model_copy(update={"libvirt": facts.libvirt.model_copy(update={"kind": "system"})})
    assert can_run_a_lab(diagnose(system))


def test_needed_packages_are_those_that_run_installs() -> None:
    from hanfslab.host.needs import PROGRAMS

    words = (Path(__file__).parents[3] / "run").read_text().replace('"', " ").split()
    assert set(PROGRAMS.values()) <= set(words)
