"""Pictures for a lecturer's slide: networks, Hessians, error surfaces, pruning paths and other curves.

`from classicnets import plotting`: apart from the rest, because Matplotlib is slow to start. Each function draws into
`ax`, or into a new figure where it is None, and returns the Axes; what does not fit is a ValueError that names the
argument. `export_page` instead writes a page to play with, and returns a Page.
"""

from .charts import plot_predictions, show_error_surface, show_hessian, stacked_bars
from .curves import plot_curves, plot_paths
from .diagram import draw_network
from .export import export_page
from .heat import show_table
from .kernels import show_kernels
from .maps import draw_maps

__all__ = [
    "show_table",
    "draw_network", "show_hessian", "show_error_surface", "plot_paths", "plot_curves", "plot_predictions",
    "stacked_bars", "export_page", "draw_maps", "show_kernels",
]  # fmt: skip
