"""A table of numbers as a heat map."""

import numpy as np

from .. import checks
from .style import axes, drawable, slide


@slide
def show_table(values, rows, columns, label, ax=None):
    """A table as a heat map: values (rows, columns) in colour and as numbers, small ones light.

    `rows`, `columns`: their names; `label` names the quantity and its unit. Returns the Axes.
    ValueError for a shape that does not fit the names, and for NaN or infinity.
    """
    values, label = drawable("values", checks.finite_matrix("values", values)), checks.text("label", label)
    rows = checks.names("rows", rows, values.shape[0])
    columns = checks.names("columns", columns, values.shape[1])
    ax = axes(ax, 1.6 * len(columns) + 2.4, 0.42 * len(rows) + 1.6)
    image = ax.imshow(values, cmap="Blues", aspect="auto")
    middle = (values.min() + values.max()) / 2
    for (i, j), value in np.ndenumerate(values):
        ax.text(j, i, f"{value:.1f}", ha="center", va="center", color="white" if value > middle else "black")
    ax.set_xticks(range(len(columns)), columns)
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.figure.colorbar(image, ax=ax).set_label(label)
    return ax
