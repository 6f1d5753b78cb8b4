"""The README: short, its example runs and says what it says, whatever is changed in it; its commands exist."""

import re

import pytest
from pages import NOTEBOOKS, ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1]


def test_it_is_read_in_a_minute():
    assert len(TEXT.splitlines()) <= 130


def test_the_example_has_ten_lines_and_prints_what_the_readme_says(capsys):
    assert len([line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]) <= 10
    exec(EXAMPLE, {})
    assert capsys.readouterr().out.strip() == re.search(r"It says `([^`]+)`", TEXT)[1]


SURGEON = "OptimalBrainSurgeon(alpha=1e-4)"


@pytest.mark.parametrize(
    "old, new",
    [
        ("monks(1)", "monks(2)"),
        ("monks(1)", "monks(3)"),
        ("(17, 3, 1)", "(17, 5, 1)"),
        ("(17, 3, 1)", "(17, 4, 3, 1)"),
        ('hidden="tanh"', 'hidden="logistic"'),
        ('hidden="tanh"', 'hidden="relu"'),
        ('output="logistic"', 'output="tanh"'),
        ("epochs=500", "epochs=5"),
        (SURGEON, "OptimalBrainSurgeon()"),
        (SURGEON, "__import__('classicnets').OptimalBrainDamage()"),
        (SURGEON, "__import__('classicnets').Magnitude()"),
        (", test=(data.X_test, data.T_test)", ", down_to=20, test=(data.X_test, data.T_test)"),
        ("train_gauss_newton(net, data.X, data.T, weight_decay=1e-3)\n", ""),
    ],
)
def test_variations_of_the_example_run(old, new, capsys):
    assert EXAMPLE.count(old) == 1
    names = {}
    exec(EXAMPLE.replace(old, new), names)
    smallest, step, first = names["smallest"], names["step"], names["path"][0]
    assert smallest.n_active == step.n_active < first.n_active and step.train_accuracy >= first.train_accuracy
    assert capsys.readouterr().out.startswith(f"{smallest.n_active} of {names['net'].n} weights, ")


def test_with_linear_outputs_the_error_chooses_as_is_said(capsys):
    assert 'With `output="linear"` nothing is right or wrong: choose by `step.train_error`' in TEXT
    chosen = EXAMPLE.replace('output="logistic"', 'output="linear"').replace(
        "step.train_accuracy >= path[0].train_accuracy", "step.train_error <= 2 * path[0].train_error"
    )
    exec(chosen, names := {})
    assert names["net"].output == "linear" and names["smallest"].n_active < names["net"].n


def test_the_two_commands_are_told():
    assert {"reproduce", "test"} <= set(re.findall(r"^make (\w+)", TEXT, re.M))  # that they exist: test_docs.py


@pytest.mark.parametrize("page", ["README.md", "notebooks/README.md"])
def test_every_notebook_has_its_line_in_order(page):
    links = re.findall(r"^\|.*?\]\((?:notebooks/)?(\d\d_\w+\.ipynb)\)", (ROOT / page).read_text(encoding="utf-8"), re.M)
    assert links == [notebook.name for notebook in NOTEBOOKS]
