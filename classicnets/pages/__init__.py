"""Pages to play with, one idea each: `python -m classicnets.pages FOLDER` writes them, each a file that needs no net.

What they show is computed here when they are written: networks are trained, pruned and retrained, nothing is typed.
"""

from .derivatives import derivatives_page
from .monks import monks_page
from .xor import xor_page

__all__ = ["monks_page", "xor_page", "derivatives_page"]
