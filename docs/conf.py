"""How Sphinx makes the site from what `python -m docs.make` lays out: notebooks as committed, nothing from the net."""

from classicnets import __version__
from docs.make.docstrings import as_written

project, author, version = "classicnets", "The classicnets authors", __version__
copyright = "the classicnets authors"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
root_doc = "index"

# a notebook is shown with the outputs that were committed with it, which the tests of the notebooks have compared
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "html_image", "attrs_block"]
myst_heading_anchors = 3

highlight_language = "none"  # an indented line of a docstring is a formula

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}

html_theme = "furo"
html_title = "classicnets"
html_static_path = ["_own"]
html_extra_path = ["_pages"]
html_css_files = ["house.css"]
html_copy_source = False
html_use_index = html_domain_indices = False  # the reference lists the names, and the search finds them
html_show_sphinx = False
html_show_search_summary = False  # it fetches pages, which a browser forbids for a site that is opened from a folder
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072B2", "color-brand-content": "#0072B2"},
    "dark_css_variables": {"color-brand-primary": "#56B4E9", "color-brand-content": "#56B4E9"},
}
mathjax_path = "mathjax/tex-svg-full.js"  # one file: no fonts and no extensions to be fetched after it
myst_update_mathjax = False
mathjax3_config = {"svg": {"fontCache": "none"}, "options": {"processHtmlClass": "math", "ignoreHtmlClass": "document"}}


def setup(app):
    app.connect("autodoc-process-docstring", as_written)
