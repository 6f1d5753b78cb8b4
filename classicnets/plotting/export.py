"""A pruning as a page to play with: what the page shows is written into it as plain numbers, step by step."""

import numpy as np

from .. import checks
from ..mlp import Layered
from ..pruning import Path
from .layout import layout, lines, titles, unit_names
from .page import page, plain
from .style import QUANTITIES, SERIES, drawable, names_for

MOST_WEIGHTS = 1000  # lines that a browser moves in a frame
FIRST = ("test_accuracy", "validation_accuracy", "train_accuracy", "test_error", "validation_error", "train_error")
BIAS = "bias"


def export_page(
    paths, file=None, title="Which weights can go?", input_names=None, output_names=None, saliencies=None
):  # fmt: skip
    """One HTML file in which a network loses its weights, step by step: to play, and nothing of it comes from the net.

    The network is drawn as by `draw_network`; the weight that goes next is marked, beside it stand its predicted and
    its actual cost and the curves of all that was measured. Whoever points at a weight reads its name, size and
    saliency. Keys: the arrows, Home and End go through the steps, the space bar plays, 1, 2, ... choose a method.

    paths: a Path, or a dict from a method's name to a Path, of networks of one shape with up to 1000 weights. file:
    where to write it, None for only a notebook. saliencies: what `pruning.saliencies` says of the path (steps, n), or
    a dict of that; None for a page without. Returns the Page, which a notebook shows.
    ValueError for names, paths or saliencies that do not fit; TypeError for networks that `draw_network` does not draw.
    """
    if isinstance(paths, Path):
        paths, saliencies = {"": paths}, None if saliencies is None else {"": saliencies}
    net, title = _check_paths(paths), checks.text("title", title)
    names = (
        names_for("input_names", input_names, net.sizes[0], "x"),
        names_for("output_names", output_names, net.sizes[-1], "o"),
    )
    values = _check_saliencies(paths, saliencies)
    largest = max(float(np.median([np.abs(step.weights).max() for step in path])) for path in paths.values())
    data = {
        "net": picture(net, *names),
        "largest": plain(largest or 1.0, 2),
        "quantities": {name: QUANTITIES[name] for name in FIRST if all(_has(path, name) for path in paths.values())},
        "looks": [look["color"] for look in SERIES],
        "paths": {name: record(path, values.get(name)) for name, path in paths.items()},
    }
    made = page(__package__, "pruning", title, data)
    if file is not None:
        made.save(file)
    return made


def _check_paths(paths):
    """The network that all paths begin with, or one of its shape."""
    if not isinstance(paths, dict) or not paths:
        raise ValueError(f"paths: expected a Path, or a dict from names to Paths, not empty; got {checks.shown(paths)}")
    for name, path in paths.items():
        if not isinstance(path, Path) or not path:
            raise ValueError(f"paths: expected a Path of at least one step for {name!r}; got {checks.shown(path)}")
        drawable("paths", np.array([step.weights for step in path]))
    nets = [path.network(0) for path in paths.values()]
    checks.instance("paths", nets[0], Layered, "networks of layers, MLPs or RecurrentNetworks")
    if len({(type(net), net.sizes) for net in nets}) > 1:
        raise ValueError(f"paths: expected networks of one shape; got {', '.join(map(repr, nets))}")
    if nets[0].n > MOST_WEIGHTS:
        raise ValueError(f"paths: expected networks of at most {MOST_WEIGHTS} weights; got {nets[0].n}")
    return nets[0]


def _check_saliencies(paths, saliencies):
    """{name: (steps, n)}, of each path that has some."""
    if saliencies is None:
        return {}
    if not isinstance(saliencies, dict) or not saliencies.keys() <= paths.keys():
        wanted = f"a dict from names of {', '.join(paths)} to saliencies"
        raise ValueError(f"saliencies: expected {wanted}; got {checks.shown(saliencies)}")
    shapes = {name: (len(paths[name]), paths[name][0].mask.size) for name in saliencies}
    for name, values in saliencies.items():
        checks.with_gaps("saliencies", values, shapes[name])
    return {name: np.asarray(values, dtype=np.float64) for name, values in saliencies.items()}  # infinite ones too


def picture(net, input_names, output_names):
    """Where `draw_network` puts units and weights, x by the column and y from 0 up to 1, and what they are called."""
    placed = layout(net)
    points = lines(placed)
    groups = [*placed.layers, placed.memory] if placed.memory else placed.layers
    names = unit_names(placed, input_names, output_names)
    at = {_place(point): name for units, own in zip(groups, names, strict=True)
          for point, name in zip(units.points, own, strict=True)}  # fmt: skip
    return {
        "titles": titles(net.sizes),
        "groups": [{"points": plain(units.points), "spacing": plain(units.spacing), "names": own}
                   for units, own in zip(groups, names, strict=True)],
        "memory": placed.memory is not None,
        "lines": [plain(line) for line in points],
        "ends": [[at.get(_place(line[0]), BIAS), at[_place(line[-1])]] for line in points],
        "biases": np.flatnonzero(net.is_bias).tolist(),
        "names": net.weight_names(),
    }  # fmt: skip


def _place(point):
    return tuple(np.round(point, 9).tolist())


def record(path, saliencies=None):
    """A path as the page reads it: the weights there are at first, then what each step changes."""
    before, steps = path[0], []
    for i, step in enumerate(path):
        steps.append(_step(path, i, before, None if saliencies is None else saliencies[i]))
        before = step
    measured = {name: plain(path.curve(name), 6) for name in FIRST if _has(path, name)}
    return {"start": np.flatnonzero(path[0].mask).tolist(), "steps": steps, **measured}


def _step(path, index, before, saliencies):
    """What one step changes; the weights (active,) only where others than the deleted ones moved."""
    step = path[index]
    gone, back = np.flatnonzero(before.mask & ~step.mask).tolist(), np.flatnonzero(step.mask & ~before.mask).tolist()
    moved = index == 0 or not np.array_equal(step.weights, np.where(step.mask, before.weights, 0.0))
    parts = {
        "deleted": [int(q) for q in step.deleted if q in gone] + [q for q in gone if q not in step.deleted],
        "revived": back,
        "predicted": plain(step.predicted),
        "actual": plain(step.actual),
        "cut": _cut_off(path.network(index)),
        "weights": plain(step.weights[step.mask]) if moved else None,
        "saliencies": None if saliencies is None else plain(saliencies[step.mask], 3),
    }
    return {name: value for name, value in parts.items() if value is not None and value != []}


def _cut_off(net):
    """The numbers of the units that are faint, counted through all groups of `picture`."""
    placed = layout(net)
    groups = [*placed.layers, placed.memory] if placed.memory else placed.layers
    return np.flatnonzero(~np.concatenate([units.used for units in groups])).tolist()


def _has(path, name):
    return not np.isnan(path.curve(name)).all()
