"""How studies draw: medians in bands of quartiles, and files of modest size."""

from io import BytesIO

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from classicnets import plotting
from classicnets.files import replacing
from classicnets.plotting.curves import held, quartiles

DPI = 160  # so that a slide shows them sharp


def by_weights(curves, quantity, numbers):
    """A quantity (paths, numbers) at those numbers of weights, from each path's curves, which "n_active" is one of."""
    return [held(numbers, curve["n_active"], curve[quantity]) for curve in curves]


def plot_quartiles(x, values, xlabel, ylabel, **options):
    """Medians in bands of quartiles over x (k,): `values` is a dict from names to values (runs, k), NaN for none.

    They are drawn as far as half of the runs go. `options` are those of `plotting.plot_curves`. Returns the Axes.
    """
    middle, bands = {}, {}
    for name, each in values.items():
        low, middle[name], high = quartiles(each)
        bands[name] = low, high
    return plotting.plot_curves(x, middle, xlabel, ylabel, bands=bands, **options)


def show_gaps(values, rows, columns, label, ax):
    """`plotting.show_table` of values (rows, columns) some of which are NaN: a white cell with a dash. The Axes."""
    values = np.asarray(values)
    gaps = np.isnan(values)
    ax = plotting.show_table(np.where(gaps, np.nanmin(values), values), rows, columns, label, ax)
    ax.images[0].set_data(np.ma.masked_array(values, gaps))
    for text, gap in zip(ax.texts, gaps.flat, strict=True):
        if gap:
            text.set(text="-", color="black")
    return ax


def save(ax, path):
    """Write the figure of these Axes to a PNG; its path."""
    with replacing(path) as file, BytesIO() as whole:
        ax.figure.savefig(whole, format="png", dpi=DPI)
        few_colours(Image.open(whole)).save(file, "png", optimize=True)
    plt.close(ax.figure)
    return path


def few_colours(picture):
    """A picture of Pillow's in 256 colours, a quarter of the bytes; the colour of its corner, the paper, exactly."""
    paper = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    few = picture.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette, corner = few.getpalette(), 3 * few.getpixel((0, 0))
    palette[corner : corner + 3] = picture.getpixel((0, 0))
    few.putpalette(palette)
    return few
