"""No text of a user's ends up as Ruby or shell code."""

import json
import shlex
import subprocess
from xml.sax.saxutils import escape

from hypothesis import example, given, settings
from hypothesis import strategies as st

from hanfslab.render.engine import environment, ruby_literal
from hanfslab.render.files import vagrantfile
from tests.unit.render.labs import LABS, host

SECONDS = 60
# whatever a folder may be named: Ruby reads its source as UTF-8, which has no surrogates
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=5, deadline=None)
@given(st.lists(TEXT, min_size=200, max_size=200))
@example(["#{exit 9}", '"; exit 9 #', "\\", "#$0", "#@a", "\\#{1}", "'", "\n", "%x(id)", "é\u2028"])
def test_ruby_reads_back_what_was_written(texts: list[str]) -> None:
    program = 'require "json"\nputs JSON.generate([' + ",\n".join(map(ruby_literal, texts)) + "])\n"
    done = subprocess.run(["ruby", "-"], input=program.encode(), capture_output=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout) == texts


@given(TEXT)
def test_the_shell_reads_back_what_was_written(text: str) -> None:
    filled = environment().from_string("{{ text | sh }}").render(text=text)
    assert shlex.split(filled) == [text]


@given(st.one_of(st.integers(), st.booleans()))
def test_numbers_and_booleans_are_rubys(value: int | bool) -> None:
    assert ruby_literal(value) == str(value).lower()


def test_every_value_in_the_vagrantfile_is_a_literal() -> None:
    """Only loops and conditions stand outside the filter."""
    source = environment().loader.get_source(environment(), "Vagrantfile.j2")[0]  # type: ignore[union-attr]
    holes = [hole.partition("}}")[0] for hole in source.split("{{")[1:]]
    assert [hole for hole in holes if "| rb" not in hole] == [" version ", " tb_cache "]


def test_a_folder_with_an_evil_name_is_only_a_name() -> None:
    lab = LABS["empty"]
    evil = '/tmp/R&D <b>"; system("touch /tmp/pwned"); "#{`id`}'
    text = vagrantfile(lab, host(lab).__class__(**(vars(host(lab)) | {"key": evil, "description": evil})))
    done = subprocess.run(["ruby", "-c"], input=text.encode(), capture_output=True, timeout=SECONDS)
    assert done.returncode == 0
    assert text.count(ruby_literal(evil)) == 1
    assert ruby_literal(escape(evil)) in text
    assert evil not in text
