"""The README's moving picture: at each moment it shows the network that the path has there."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from pages import fetched

from classicnets.datasets.boolean import ATTRIBUTES
from tools import moving_picture as made
from tools.moving import Clock

SVG = "{http://www.w3.org/2000/svg}"
COMMITTED = made.FILE.read_text(encoding="utf-8")
ENDS = [tuple(np.round(pair.ravel(), 1).tolist()) for pair in made.ends(made.places())]


@pytest.fixture(scope="module")
def shortest():
    return made.shortest()


def lines_of_weights(root):
    """The elements that are weights, not what marks them."""
    lines = [each for each in root.iter(SVG + "line") if each.get("stroke") != made.ORANGE]
    return [each for each in lines if tuple(float(each.get(end)) for end in ("x1", "y1", "x2", "y2")) in ENDS]


class Shown:
    """What a browser would show of the picture at a moment: the attributes of each element, moved."""

    def __init__(self, text, steps):
        self.root, self.clock = ElementTree.fromstring(text), Clock(steps, made.EACH, made.LAST)

    def each(self, tag, step, part=0.2):
        """All elements of a tag, dicts with the text too, when this part of a step is over."""
        moment = (step + part) * made.EACH / self.clock.seconds
        return [self._at(element, moment) for element in self.root.iter(SVG + tag)]

    def _at(self, element, moment):
        found = {"text": element.text, **element.attrib}
        for move in element.iter(SVG + "animate"):
            times, values = [float(time) for time in move.get("keyTimes").split(";")], move.get("values").split(";")
            assert move.get("dur") == f"{self.clock.seconds:g}s" and len(times) == len(values) and times[0] == 0
            if move.get("calcMode") == "linear":
                assert times[-1] == 1
                found[move.get("attributeName")] = str(np.interp(moment, times, [float(value) for value in values]))
            else:
                found[move.get("attributeName")] = values[np.searchsorted(times, moment, side="right") - 1]
        return found

    def lines(self, step, part=0.2):
        """Of each weight (end by end) width and colour, and the ends of what is marked to go next."""
        found, marked = {}, []
        for each in self.each("line", step, part):
            ends = tuple(round(float(each[name]), 1) for name in ("x1", "y1", "x2", "y2"))
            if ends not in ENDS:
                continue  # a bracket, a line of the legend
            if each["stroke"] != made.ORANGE:
                found[ends] = float(each["stroke-width"]), each["stroke"]
            elif each["opacity"] == "1":
                marked.append(ends)
        return found, marked

    def words(self, step):
        return [each["text"] for each in self.each("text", step) if float(each.get("opacity", 1)) == 1]


def test_each_step_shows_the_weights_there_are_and_marks_the_one_that_goes(shortest):
    path, nets, rule = shortest
    shown = Shown(made.picture(*shortest), len(path))
    largest = max(np.abs(step.weights).max() for step in path)
    for i, step in enumerate(path):
        lines, marked = shown.lines(i)
        assert len(lines) == len(ENDS) == 58
        for place, weight in zip(ENDS, step.weights, strict=True):
            width, colour = lines[place]
            assert width == pytest.approx(max(0.9, 15 * abs(weight) / largest) if weight else 0, abs=0.06)
            assert not weight or colour == (made.BLUE if weight > 0 else made.VERMILLION)
        after = path[i + 1].deleted if i + 1 < len(path) else []
        assert marked == [ENDS[q] for q in after]
        assert str(step.n_active) in shown.words(i) and (rule.split(" or ")[0] in shown.words(i)) == (
            i + 1 == len(path)
        )


def test_between_two_steps_a_weight_fades_and_is_not_marked_any_more(shortest):
    path, _, _ = shortest
    shown, place = Shown(made.picture(*shortest), len(path)), ENDS[path[1].deleted[0]]
    widths = [shown.lines(0, part)[0][place][0] for part in (0.2, 0.74, 1.2)]
    assert widths[0] > widths[1] > widths[2] == 0 and not shown.lines(0, 0.8)[1] == [place]


def test_the_units_that_are_read_are_black_and_named_in_words(shortest):
    path, nets, _ = shortest
    words = Shown(made.picture(*shortest), len(path)).words(len(path) - 1)
    read = ["round", "square", "octagon", "red"]
    assert {*read, "head shape", "body shape", "jacket colour"} <= {*words}
    assert not {"sword", "flag", "blue", "has tie", "is smiling"} & {*words}
    begin = Shown(made.picture(*shortest), len(path)).words(0)
    assert {*ATTRIBUTES, *(value for values in ATTRIBUTES.values() for value in values)} <= {*begin}


def test_the_committed_picture_goes_from_58_to_14_and_asks_for_nothing():
    shown = Shown(COMMITTED, 45)
    for step in range(45):
        (left,) = [word for word in shown.words(step) if word.isdigit() and word not in ("58", "14")] or [""]
        lines, marked = shown.lines(step)
        assert sum(width > 0 for width, _ in lines.values()) == 58 - step and len(marked) == (step < 44)
        assert left == ("" if step in (0, 44) else str(58 - step))
        gone = {place for place, (width, _) in lines.items() if width > 0} - {
            place for place, (width, _) in shown.lines(min(step + 1, 44))[0].items() if width > 0
        }
        assert gone == {*marked}
    assert "head shape = body shape" in shown.words(44) and "100% of all robots right" in shown.words(44)
    assert len(COMMITTED.encode()) < 600_000 and not fetched(COMMITTED) and "script" not in COMMITTED


def test_where_nothing_moves_the_last_network_is_shown(shortest):
    root = ElementTree.fromstring(made.picture(*shortest))
    assert sum(each.get("stroke-width") not in ("0", "0.0") for each in lines_of_weights(root)) == 14
    texts = [each for each in root.iter(SVG + "text") if each.get("opacity", "1") == "1"]
    words = [each.text for each in texts]
    assert "14" in words and "58" in words and "29" not in words and "or jacket colour = red" in words


def test_the_command_writes_the_file(shortest, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(made, "FILE", tmp_path / "picture.svg")
    monkeypatch.setattr(made, "shortest", lambda: shortest)
    made.main()
    assert (tmp_path / "picture.svg").read_text(encoding="utf-8") == made.picture(*shortest)
    assert "picture.svg: 6" in capsys.readouterr().out
