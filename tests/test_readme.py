"""The README: its example runs and says what it says, its links lead somewhere, its commands exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()


def test_the_example_prunes_to_fourteen_weights(capsys):
    exec(re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1], {})
    assert capsys.readouterr().out == "14 of 58 weights\n"


def test_links_and_pictures_lead_somewhere():
    targets = [link for link in re.findall(r"\]\(([^)]+)\)", TEXT) if "://" not in link]
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target


def test_the_commands_are_those_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    commands = set(re.findall(r"`?make (\w+)", TEXT))
    assert {"reproduce", "test"} <= commands
    for command in commands:
        assert f"\n{command}:" in makefile, command
