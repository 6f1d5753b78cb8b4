"""`python -m classicnets.pages FOLDER`: write the pages to play with into a folder, which is made if need be."""

import sys
from pathlib import Path

from . import derivatives_page, monks_page, xor_page

PAGES = {"monk1.html": monks_page, "xor.html": xor_page, "second_derivatives.html": derivatives_page}


def main(arguments):
    """Write all pages; 2, as from any command that was called wrongly, unless a folder is given."""
    if len(arguments) != 1 or Path(arguments[0]).is_file() or arguments[0].startswith("-"):
        print(f"FOLDER: expected one folder to write into; got {' '.join(arguments) or 'none'}", file=sys.stderr)
        return 2
    Path(arguments[0]).mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        page = make()
        page.save(Path(arguments[0]) / name)
        print(f"{Path(arguments[0]) / name}: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
