"""Every mistake in a lab file is named with its line and the nearest right spelling; an empty file is a lab."""

from pathlib import Path

import pytest

from hanfslab.errors import UsageError
from hanfslab.topology.example import EXAMPLE, lab_name, write_example
from hanfslab.topology.load import find, line_of, load, parse

MISTAKES = {
    'nam = "x"': (1, "nam: no such key; did you mean 'name'?"),
    "zz = 1": (1, "zz: no such key; known here: name, accelerator"),
    'name = "My lab"': (1, "name: should be letters a-z, digits and -, at most 24, not 'My lab'"),
    'name = "a\'b"': (1, "name: should be letters"),
    'name = "x; rm -rf /"': (1, "name: should be letters"),
    "[servers]\ncount = 1": (2, "servers.count: input should be greater than or equal to 2, not 1"),
    "[servers]\n\n# three\ncount = 3": (4, "servers.count: input should be less than or equal to 2"),
    "[clients]\ncount = 0": (2, "clients.count"),
    "[clients]\ncount = 300": (2, "clients.count: input should be less than or equal to 250, not 300"),
    '[clients]\ncount = "2"': (2, "clients.count: input should be a valid integer, not '2'"),
    '[clients]\ncount = 1\nmemry = "1G"': (3, "clients.memry: no such key; did you mean 'memory'?"),
    '[clients]\nmemory = "10M"': (2, "clients.memory: at least 256M, not '10M'"),
    "clients = 3": (1, "clients: input should be a valid dictionary"),
    "[clustr]\norder = 1": (1, "clustr: no such key; did you mean 'cluster'?"),
    '[cluster]\norder = "ipfirst"': (2, "did you mean 'ip-first'?"),
    "[cluster]\ndeadtime = 2": (1, "cluster: deadtime (2) must be longer than keepalive (2)"),
    "[cluster]\ndeadtime = 15": (1, "initdead (20) must be at least twice deadtime (15)"),
    "[cluster]\nwarntime = 11": (1, "warntime (11) must not be longer than deadtime (10)"),
    '[nfs]\nversions = ["3", "5"]': (2, "nfs.versions: input should be '3', '4.0', '4.1' or '4.2', not '5'"),
    '[nfs]\nversions = ["3", "3"]': (2, "nfs.versions: each version once"),
    "[nfs]\nversions = []": (2, "nfs.versions"),
    '[disk]\nsize = "1T"': (2, "disk.size: should be a size such as 320M or 1G, not '1T'"),
    '[networks]\nservice = "foo"': (2, "networks.service"),
    '[disk]\nsize = "999999G"': (2, "disk.size: at most 1024G, not '999999G'"),
    '[disk]\nsize = "1025G"': (2, "disk.size: at most 1024G"),
    **{
        f'[networks]\nservice = "{network}"': (
            2,
            "networks.service: a private IPv4 network of /28 or wider, in 10.0.0.0/8",
        )
        for network in ("127.0.0.0/24", "240.0.0.0/24", "0.0.0.0/8", "169.254.0.0/24", "10.0.0.0/7", "192.168.0.0/29")
    },
    '[networks]\nservice = "8.8.8.0/24"': (2, "networks.service: a private IPv4 network of /28 or wider"),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_named_with_its_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(text)
    line, words = MISTAKES[text]
    with pytest.raises(UsageError) as error:
        load(path)
    assert f"{path}:{line}: " in error.value.message
    assert words in error.value.message


@pytest.mark.parametrize("network", ["10.0.0.0/24", "172.31.255.0/28", "192.168.0.0/16"])
def test_networks_that_are_private(network: str) -> None:
    assert parse({"networks": {"service": network}, "disk": {"size": "1024G"}}).networks.service == network


def test_two_mistakes_are_two_lines(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_text('nam = "x"\n[servers]\ncount = 1\n')
    with pytest.raises(UsageError) as error:
        load(tmp_path / "lab.toml")
    assert len(error.value.message.splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x =", "not TOML"),
        ('[networks]\nservice = "10.0.0.0/28"\n[clients]\ncount = 20', "has room for 12 guests"),
        ('[networks]\nservice = "10.9.0.0/16"\nmanagement = "10.9.1.0/24"', "overlaps"),
    ],
)
def test_what_has_no_line_names_the_file(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=words) as error:
        load(path)
    assert str(path) in error.value.message


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not TOML"):
        load(tmp_path / "lab.toml")


def test_the_lab_file_is_found_from_below(tmp_path: Path) -> None:
    (tmp_path / "lab.toml").touch()
    below = tmp_path / "runs" / "x"
    below.mkdir(parents=True)
    assert find(below) == tmp_path / "lab.toml"
    with pytest.raises(UsageError, match=r"no lab\.toml"):
        find(Path("/proc"))


def test_an_empty_file_is_the_example_but_for_its_name(tmp_path: Path) -> None:
    example = tmp_path / "example.toml"
    example.write_text(EXAMPLE.format(name="lab"))
    assert load(example).spec == parse({})


def test_init_names_the_lab_after_its_folder_and_never_overwrites(tmp_path: Path) -> None:
    path = write_example(tmp_path / "Page 2004")
    assert load(path).spec.name == "page-2004"
    with pytest.raises(UsageError, match="is there already"):
        write_example(tmp_path / "Page 2004")


@pytest.mark.parametrize(("text", "name"), [("2004", "lab"), ("É!", "lab"), ("A_b", "a-b"), ("x" * 40, "x" * 24)])
def test_a_name_from_any_folder(text: str, name: str) -> None:
    assert lab_name(text) == name


def test_a_line_in_quotes_and_comments() -> None:
    text = '# count = 9\n["clients"]\n"count" = 1\n'
    assert line_of(text, ["clients", "count"]) == 3
