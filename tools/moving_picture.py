"""Draw the README's moving picture, MONK 1 losing its weights: `python -m tools.moving_picture`.

Written as SVG that moves by itself (SMIL), for it is sharp on any screen, and 58 lines that change their width take a
tenth of what 45 pictures would. Where nothing moves, the network that is left is shown.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np

from classicnets.datasets.boolean import ATTRIBUTES, VALUES
from classicnets.pages.monks import pruned, trained
from classicnets.plotting.layout import layout
from classicnets.plotting.style import BLUE, ORANGE, VERMILLION
from classicnets.rules import read_rule

from .moving import Clock, circle, element, line, text

FILE = Path(__file__).parent.parent / "reproductions" / "figures" / "monk1_pruned.svg"
WIDTH, HEIGHT, TOP, ROW, BETWEEN = 1200, 660, 72, 28, 14
COLUMNS, RADII = (292, 590, 800), (8, 24, 24)
WIDEST, NARROWEST, HALO, STUB = 15.0, 0.9, 10.0, 62
GREY, FAINT, DASHES = "#555", 0.18, "10 6"
EACH, LAST = 0.55, 6.0  # seconds


def main():
    """Write the file, and say how large it is."""
    FILE.write_text(picture(*shortest()), encoding="utf-8", newline="\n")
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.0f} kB")


def shortest():
    """The steps of the Surgeon to the smallest network as good as the first, the networks, and the rule of the last."""
    data, net = trained()
    path = pruned(data, net, "Optimal Brain Surgeon")
    end = path.smallest(lambda step: step.train_accuracy >= path[0].train_accuracy)
    nets = [path.network(i) for i in range(end + 1)]
    answers = nets[-1].outputs(data.X_test).reshape(VALUES) > 0.5
    return path[: end + 1], nets, read_rule(answers, ATTRIBUTES).text


def picture(path, nets, rule):
    """The SVG of the steps of a 17-3-1 network of MONK's."""
    clock, points = Clock(len(path), EACH, LAST), places()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="Helvetica, Arial, sans-serif" font-size="19">',
        f"<title>MONK's problem 1: {path[0].n_active} weights, pruned to {path[-1].n_active}</title>",
        element("rect", width=WIDTH, height=HEIGHT, rx=12, fill="#fff"),
        *weights(path, nets[0], points, clock),
        *units(nets, points, clock),
        *words(nets, points, clock),
        *panel(path, rule, clock),
        *legend(),
    ]
    return "\n".join([*parts, "</svg>", ""])


def places():
    """Where the units are: three arrays of points (units, 2), the inputs in groups of one attribute."""
    group = np.repeat(np.arange(len(ATTRIBUTES)), VALUES)
    inputs = TOP + ROW / 2 + ROW * np.arange(len(group)) + BETWEEN * group
    middle = (inputs[0] + inputs[-1]) / 2
    heights = inputs, middle + 180 * np.array([-1, 0, 1]), np.array([middle])
    return [np.column_stack([np.full(len(y), x), y]) for x, y in zip(COLUMNS, heights, strict=True)]


def ends(points):
    """Of each weight where its line begins and ends (n, 2, 2); a bias comes from a square below its unit."""
    below = np.array([0, STUB])
    return np.array([
        (begin, unit) for before, layer in pairwise(points) for unit in layer for begin in (*before, unit + below)
    ])  # fmt: skip


def weights(path, net, points, clock):
    """Lines as wide as the weights are large, behind them what goes next, below the units the squares of biases."""
    w = np.array([step.weights for step in path])
    widths = np.where(w == 0, 0, np.maximum(NARROWEST, WIDEST * np.abs(w) / np.abs(w).max()))
    gone = {int(q): i - 1 for i, step in enumerate(path) for q in step.deleted}
    halos, lines, squares = [], [], []
    for q, (begin, end) in enumerate(ends(points)):
        if q in gone:
            halos.append(line(begin, end, {"opacity": clock.shown_at(gone[q])}, stroke=ORANGE,
                              stroke_width=f"{widths[gone[q], q] + HALO:.1f}", stroke_linecap="round"))  # fmt: skip
        moves = {"stroke-width": clock.glide(widths[:, q])}
        signs = _held(np.sign(w[:, q]))
        moves["stroke"] = clock.switch([VERMILLION if sign < 0 else BLUE for sign in signs])
        moves["stroke-dasharray"] = clock.switch([DASHES if sign < 0 else "none" for sign in signs])
        lines.append((widths[:, q].max(), line(begin, end, moves)))
        if net.is_bias[q]:
            x, y = begin
            shown = clock.switch([1 if step.mask[q] else 0 for step in path])
            squares.append(element("rect", {"opacity": shown}, x=f"{x - 6:g}", y=f"{y - 6:g}", width=12, height=12))
    return [*halos, *(drawn for _, drawn in sorted(lines, key=lambda each: -each[0])), *squares]


def _held(signs):
    """The signs (steps,) with that of a deleted weight as it was before, so that it does not turn blue as it goes."""
    last = np.maximum.accumulate(np.where(signs != 0, np.arange(len(signs)), 0))
    return signs[last]


def units(nets, points, clock):
    """Circles, faint where the unit is cut off."""
    used = _used(nets)
    for layer, (places, radius) in enumerate(zip(points, RADII, strict=True)):
        for unit, place in enumerate(places):
            shown = clock.switch([1 if each[layer][unit] else FAINT for each in used])
            yield circle(place, radius, {"stroke-opacity": shown}, fill="#fff", stroke="#000", stroke_width=2.5)


def _used(nets):
    """Of each network and layer which units are used."""
    return [[layer.used for layer in layout(net).layers] for net in nets]


def words(nets, points, clock):
    """What the inputs are called, in black as long as they are read, and what stands above each layer."""
    used, rows = [each[0] for each in _used(nets)], iter(range(len(points[0])))
    for attribute, names in ATTRIBUTES.items():
        mine = [next(rows) for _ in names]
        top, bottom = points[0][mine[0]][1], points[0][mine[-1]][1]
        read = {"opacity": clock.switch([1 if each[mine].any() else 2 * FAINT for each in used])}
        yield text(attribute, 168, (top + bottom) / 2, read, anchor="end", weight="bold")
        yield line((180, top - 9), (180, bottom + 9), read, stroke=GREY, stroke_width=2)
        for row, name in zip(mine, names, strict=True):
            read = {"opacity": clock.switch([1 if each[row] else 2 * FAINT for each in used])}
            yield text(name, 270, points[0][row][1], read, anchor="end")
    for title, x in zip(("17 inputs", "3 hidden units", "output"), COLUMNS, strict=True):
        yield text(title, x, 40, size=21, anchor="middle")


def panel(path, rule, clock):
    """On the right: how many weights are left, how many robots are right, the error on the way, at last the rule."""
    left = 1010
    yield from clock.texts([str(step.n_active) for step in path], left, 110, size=110, anchor="middle", weight="bold")
    yield text(f"of {path[0].n_active} weights", left, 180, size=21, anchor="middle", weight="bold")
    right = [f"{step.test_accuracy:.0%} of all robots right" for step in path]
    yield from clock.texts(right, left, 212, size=21, anchor="middle")
    yield from curve([step.train_error for step in path], [step.n_active for step in path], clock)
    at_last = {"opacity": clock.shown_at(len(path) - 1)}
    yield text("The rule that is left:", left, 530, at_last, anchor="middle", fill=GREY)
    for i, part in enumerate(rule.replace(" or ", "\nor ").split("\n")):
        yield text(part, left, 564 + 30 * i, at_last, size=22, anchor="middle", weight="bold")


def curve(errors, left, clock):
    """The training error over the weights left, and a dot that goes along."""
    x0, x1, y0, y1 = 890, 1150, 440, 300
    x = x0 + (x1 - x0) * (left[0] - np.array(left)) / (left[0] - left[-1])
    y = y0 - (y0 - y1) * np.array(errors) / max(errors)
    yield element("path", d=f"M{x0} {y1 - 20}V{y0}H{x1 + 10}", fill="none", stroke=GREY, stroke_width=1.5)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    yield element("polyline", points=points, fill="none", stroke=BLUE, stroke_width=3)
    yield circle((x[-1], y[-1]), 7, {"cx": clock.glide(x), "cy": clock.glide(y)}, fill=ORANGE, stroke="#000",
                 stroke_width=1.5)  # fmt: skip
    yield text("training error", x0 + 10, y1 - 8, size=17, fill=GREY)
    yield text("weights left", (x0 + x1) / 2, y0 + 24, size=17, anchor="middle", fill=GREY)
    for label, x in ((left[0], x0), (left[-1], x1)):
        yield text(str(label), x, y0 + 24, size=17, anchor="middle", fill=GREY)


def legend():
    """What the lines mean."""
    y = HEIGHT - 28
    for x, word, look in (
        (370, "positive", dict(stroke=BLUE, stroke_width=4)),
        (500, "negative", dict(stroke=VERMILLION, stroke_width=4, stroke_dasharray=DASHES)),
        (635, "goes next", dict(stroke=ORANGE, stroke_width=HALO, stroke_linecap="round")),
    ):
        yield line((x, y), (x + 38, y), **look)
        yield text(word, x + 50, y, size=17, fill=GREY)
    yield element("rect", x=780, y=y - 6, width=12, height=12)
    yield text("bias", 802, y, size=17, fill=GREY)


if __name__ == "__main__":
    main()
