"""The README: its example runs and says what it says, its links lead somewhere, its commands exist."""

import re

import pytest
from pages import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]


def test_the_example_prints_what_the_readme_says(capsys):
    exec(EXAMPLE, {})
    assert capsys.readouterr().out.strip() == re.search(r"It says `([^`]+)`", TEXT)[1]


@pytest.mark.parametrize(
    "old, new",
    [
        ("monks(1)", "monks(3)"),
        ("(17, 3, 1)", "(17, 5, 1)"),
        ('hidden="tanh"', 'hidden="logistic"'),
    ],
)
def test_variations_of_the_example_run(old, new, capsys):
    assert EXAMPLE.count(old) == 1
    names = {}
    exec(EXAMPLE.replace(old, new), names)
    smallest, step, first = names["smallest"], names["step"], names["path"][0]
    assert smallest.n_active == step.n_active < first.n_active and step.train_accuracy >= first.train_accuracy
    assert capsys.readouterr().out.startswith(f"{smallest.n_active} of {names['net'].n} weights, ")


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
