"""Sources become programs without a warning, or the error says what is wrong."""

import re
import subprocess
from pathlib import Path

import pytest

from hanfslab.box import compiler, recipe
from hanfslab.box.compiler import LIBC, Library, compiled
from hanfslab.errors import LabError

HELLO = '#include <stdio.h>\nint main(void)\n{\n    puts("hello");\n    return 0;\n}\n'
RUN = Path(__file__).parents[3] / "run"


class Sources:
    """A recipe that holds only programs."""

    def __init__(self, top: Path) -> None:
        self.recipe, self.work, self.log = top / "recipe", top / "work", top / "log"
        (self.recipe / "src").mkdir(parents=True)
        self.work.mkdir()

    def add(self, name: str, text: str) -> None:
        (self.recipe / "src" / name).write_text(text)

    def compiled(self) -> list[Path]:
        return compiled(self.recipe, self.work, self.log)

    def fails(self, pattern: str) -> LabError:
        with pytest.raises(LabError, match=pattern) as caught:
            self.compiled()
        return caught.value


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path)


def test_each_source_is_a_program_of_its_name(sources: Sources) -> None:
    sources.add("say-hello", "not a source")
    sources.add("hello.c", HELLO)
    sources.add("other.c", HELLO.replace("hello", "other"))
    programs = sources.compiled()
    assert [program.name for program in programs] == ["hello", "other"]
    assert [subprocess.check_output([program], text=True) for program in programs] == ["hello\n", "other\n"]


def test_one_with_nothing_but_libc_needs_no_library_at_run_time(sources: Sources) -> None:
    sources.add("hello.c", HELLO)
    assert needed(sources.compiled()[0]) == set()


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("return 0;", "return 0", "expected ';'"),
        ("return 0;", "int unused;\n    return 0;", "unused variable"),
        ("int main(void)", "int main(int argc, char **argv)", "unused parameter"),
        ("#include <stdio.h>\n", "", "implicit declaration"),
    ],
)
def test_one_that_does_not_compile_is_shown(sources: Sources, good: str, bad: str, said: str) -> None:
    sources.add("hello.c", HELLO.replace(good, bad))
    error = sources.fails(rf"(?s)^gcc failed \(exit code 1\).*hello\.c:\d+:\d+: error: .*{said}")
    assert error.hint == f"all that it said is in {sources.log}"


def test_a_missing_header_names_its_package(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = Library(("-lnothing",), sources.work / "nothing.h", "libnothing-dev")
    monkeypatch.setitem(compiler.LIBRARIES, "hello", nowhere)
    sources.add("hello.c", "#include <nothing.h>\n" + HELLO)
    error = sources.fails("^hello.c does not compile without the Debian package libnothing-dev$")
    assert error.hint == "apt-get install libnothing-dev"


def test_run_installs_what_the_programs_need() -> None:
    packages = re.search(r'packages="([^"]+)"', RUN.read_text())
    assert packages
    needs = {"gcc", *(library.package for library in (LIBC, *compiler.LIBRARIES.values()))}
    assert needs <= set(packages[1].split())


def test_every_library_belongs_to_a_source() -> None:
    assert set(compiler.LIBRARIES) <= {source.stem for source in (recipe.folder() / "src").glob("*.c")}


def needed(program: Path) -> set[str]:
    """The libraries that a program is loaded with."""
    said = subprocess.check_output(["readelf", "--dynamic", str(program)], text=True)
    return set(re.findall(r"\(NEEDED\).*\[(.*)\]", said))
