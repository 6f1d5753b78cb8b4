"""`python -m classicnets`: what is installed, and where the rest is."""

from . import __version__

WORDS = f"""\
classicnets {__version__}: the classic second-order pruning papers (1989-1997), runnable.

The library is installed: networks, exact Hessians, pruning, the papers' data. help("classicnets") lists it.
The papers' tables and figures measured again, and the notebooks, write into their own folders, so they live in the
repository and not in the package. In a clone of it:

    make reproduce      or without make     python -m pip install -e ".[reproduce]"
                                            python -m reproductions

    the notebooks                           python -m pip install -e ".[notebooks]"
                                            python -m jupyter lab notebooks
"""

if __name__ == "__main__":
    print(WORDS, end="")
