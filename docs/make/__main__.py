"""`python -m docs.make FOLDER`: lay out the sources of the site, from which Sphinx makes it."""

import shutil
import sys

from classicnets.pages.__main__ import PAGES

from . import DOCS, api, course, emptied, guide, ledger_pages, mathjax, sources, write


def main(arguments):
    """Write everything into a folder, which is emptied before."""
    folder = emptied(arguments)
    if folder is None:
        return 2
    sources.lay_out(folder)
    for part, pages in (("guide", guide.pages()), ("ledger", ledger_pages.pages()), ("api", api.pages())):
        for name, text in pages.items():
            write(folder / part / name, text)
    write(folder / "course.md", course.page())
    shutil.copy(DOCS / "conf.py", folder)
    shutil.copytree(DOCS / "static", folder / "_own")
    (folder / "_own" / "mathjax").mkdir()
    shutil.copy(mathjax(), folder / "_own" / "mathjax")
    (folder / "_pages" / "play").mkdir(parents=True)
    for name, make in PAGES.items():
        make().save(folder / "_pages" / "play" / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
