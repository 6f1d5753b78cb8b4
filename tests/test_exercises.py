"""The exercises of the notebooks: each ends with a check, whose number the worked solution holds, and is linked to it.

In a notebook the section "Exercises" numbers its items; after each stands a folded block with one number or word in
bold. The notebook of solutions has a cell `answers = {1: ..., 2: ...}` and asserts them where it computes them.
"""

import ast
import json
import re
from base64 import b64decode

import pytest
from pages import NOTEBOOKS, SOLUTIONS, cells, executed, fetched, shown

CHECK = re.compile(r"<details><summary>Check</summary>(.*?)</details>", re.DOTALL)
ANSWER = re.compile(r"<details><summary>Answer</summary>(.*?)</details>", re.DOTALL)
TAGS = {"plot", "check"}

BY_NAME = {path.stem[:2]: path for path in SOLUTIONS}
SOLVED = [path for path in NOTEBOOKS if path.stem[:2] in BY_NAME]
# each of these notebooks has exercises; those that are not named here have none
WITH_EXERCISES = {
    path.stem[:2] for path in NOTEBOOKS if "\n## Exercises\n" in "\n" + "\n".join(cells(path, "markdown"))
}

solved = pytest.mark.parametrize("notebook", SOLVED, ids=lambda path: path.stem)
solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


def exercises(texts):
    """The text of each exercise, with its check, by its number."""
    section = re.split(r"^## Exercises$", "\n\n".join(texts), maxsplit=1, flags=re.MULTILINE)[1]
    section = re.split(r"^## ", section, maxsplit=1, flags=re.MULTILINE)[0]
    parts = re.split(r"^(\d+)\. ", section, flags=re.MULTILINE)
    return {int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}


def checked(text):
    """The word or number in bold of an exercise's check: there must be one."""
    (check,) = CHECK.findall(text)
    (value,) = re.findall(r"\*\*(.+?)\*\*", check, flags=re.DOTALL)
    return value


def answers(sources):
    """The literals of the cell `answers = {...}` of a notebook of solutions."""
    found = [
        node.value
        for source in sources
        for node in ast.walk(_parsed(source))
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["answers"]
    ]
    (value,) = found
    return ast.literal_eval(value)


def held(sources):
    """The numbers of the exercises whose answer is part of an `assert`."""
    asserts = [
        ast.unparse(node) for source in sources for node in ast.walk(_parsed(source)) if type(node) is ast.Assert
    ]
    return {int(number) for text in asserts for number in re.findall(r"\banswers\[(\d+)\]", text)}


def _parsed(source):
    return ast.parse("\n".join("" if line.startswith(("%", "!")) else line for line in source.splitlines()))


def agrees(printed, answer):
    """Is this how the answer is printed? A number by its digits, not zeros alone; words as they are."""
    if isinstance(answer, str):
        return printed == answer
    number = re.fullmatch(r"([+-]?\d+(?:\.(\d+))?)(e[+-]?\d+)?(?: ?%)?", printed.replace(",", "").replace("−", "-"))
    if number is None:
        return False
    if not re.search("[1-9]", number[1]):
        return answer == 0
    decimals = len(number[2] or "")
    form = f".{decimals}{'e' if number[3] else 'f'}"
    return format(answer, form) == format(float(number[1] + (number[3] or "")), form)


# ---- the notebooks ----


def test_each_notebook_with_exercises_has_its_solutions():
    assert set(BY_NAME) == WITH_EXERCISES and len(BY_NAME) == len(SOLUTIONS)


@solved
def test_each_exercise_ends_with_a_check_that_its_solution_holds(notebook):
    asked, sources = exercises(cells(notebook, "markdown")), cells(BY_NAME[notebook.stem[:2]], "code")
    ours = answers(sources)
    assert list(asked) == list(range(1, len(asked) + 1)) == sorted(ours)
    assert held(sources) == set(ours), "an answer that no assert of the solutions mentions"
    for number, text in asked.items():
        assert agrees(checked(text), ours[number]), f"exercise {number}: {checked(text)} is not {ours[number]}"


@solved
def test_each_check_leads_to_its_worked_solution(notebook):
    path = BY_NAME[notebook.stem[:2]]
    headings = re.findall(r"^## Exercise (\d+)\b", "\n".join(cells(path, "markdown")), flags=re.MULTILINE)
    asked = exercises(cells(notebook, "markdown"))
    assert headings == [str(number) for number in asked]
    for number, text in asked.items():
        (check,) = CHECK.findall(text)
        assert f'<a href="solutions/{path.name}#exercise-{number}">worked solution</a>' in check
    anchors = re.findall(r'<a id="(exercise-\d+)"></a>', "\n".join(cells(path, "markdown")))
    assert anchors == [f"exercise-{number}" for number in asked]


@solved
def test_a_planted_wrong_answer_is_found(notebook):
    ours = answers(cells(BY_NAME[notebook.stem[:2]], "code"))
    for number, text in exercises(cells(notebook, "markdown")).items():
        printed = checked(text)
        for wrong in planted(printed):
            assert not agrees(wrong, ours[number]), f"exercise {number}: {wrong} passes for {printed}"


def planted(printed):
    """The same with its last digit one up and one down, or, of a word, with another last letter."""
    place = max((i for i, each in enumerate(printed) if each.isdigit()), default=None)
    if place is None:
        return [printed[:-1] + chr(ord(printed[-1]) + 1)]
    digits = [str((int(printed[place]) + step) % 10) for step in (1, 9)]
    return [printed[:place] + digit + printed[place + 1 :] for digit in digits]


@solved
def test_five_questions_to_test_oneself_have_a_folded_answer(notebook):
    text = "\n\n".join(cells(notebook, "markdown"))
    section = re.split(r"^## (?:Five )?[Qq]uestions to test yourself$", text, flags=re.MULTILINE)
    assert len(section) == 2, "expected a section `## Questions to test yourself`"
    asked = re.split(r"^## ", section[1], flags=re.MULTILINE)[0]
    assert len(re.findall(r"^\d\. ", asked, flags=re.MULTILINE)) == len(ANSWER.findall(asked)) == 5
    assert all(re.search(r"\w{2}", each) for each in ANSWER.findall(asked))


@solved
def test_folded_blocks_are_closed_and_show_their_text_as_markdown(notebook):
    for text in cells(notebook, "markdown"):
        assert text.count("<details>") == text.count("</details>")
        assert all(
            each.startswith("\n\n") and each.endswith("\n\n") for each in CHECK.findall(text) + ANSWER.findall(text)
        )


@solved
def test_pictures_are_large_and_have_words_for_those_who_do_not_see_them(notebook):
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        pictures = [
            output["data"]["image/png"] for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})
        ]
        for picture in pictures:
            width = int.from_bytes(b64decode("".join(picture))[16:20])  # a PNG says its width there
            assert width >= 900, f"a picture of cell {cell['id']} is {width} pixels wide"
            assert len(cell["metadata"].get("alt", "")) > 30, f"no `alt` in the metadata of cell {cell['id']}"


@solved
def test_tags_are_those_that_the_site_folds(notebook):
    tags = [set(cell["metadata"].get("tags", ())) for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]
    assert set().union(*tags) == TAGS


# ---- the solutions ----


@solution
def test_solutions_need_nothing_from_the_net_and_were_run_from_top_to_bottom(path):
    pages = (*cells(path, "markdown"), *shown(path, "text/html"), *shown(path, "text/markdown"))
    assert not [page for page in pages if fetched(page)]
    numbers = executed(path)
    assert numbers == list(range(1, len(numbers) + 1)), f"execute {path.name} anew"


@solution
def test_solutions_are_small(path):
    assert path.stat().st_size < 200_000


# ---- the comparison itself ----


@pytest.mark.parametrize(
    "printed, answer, same",
    [
        ("0.0833", 1 / 12, True),
        ("0.0833", 0.0834, False),
        ("8", 8, True),
        ("8", 9, False),
        ("8.0", 8.04, True),
        ("0", 0, True),
        ("0", 0.4, False),
        ("1,000", 1000, True),
        ("97.2 %", 97.22, True),
        ("−0.5", -0.5, True),
        ("0.5", -0.5, False),
        ("4.2e-04", 0.00042, True),
        ("4.3e-04", 0.00042, False),
        ("u23", "u23", True),
        ("u22", "u23", False),
        ("about 8", 8, False),
    ],
)
def test_an_answer_is_compared_to_the_printed_digits(printed, answer, same):
    assert agrees(printed, answer) == same


def test_answers_that_are_computed_without_an_assert_do_not_count():
    assert held(["answers = {1: 2}\nassert round(1.9) == answers[1]", "x = answers[3]"]) == {1}
    assert answers(["%matplotlib inline\nanswers = {1: 2, 2: 'u23'}"]) == {1: 2, 2: "u23"}
