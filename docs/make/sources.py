"""The repository's own Markdown and notebooks on the site: where each comes from, and links that lead somewhere there.

They keep their places, `reproductions/LEDGER.md` is `reproductions/LEDGER.html`, so that links between them hold.
"""

import json
import os
import re
import shutil

from . import DOCS, NOTEBOOKS, ROOT, SOLUTIONS, write

PAGES = (
    "FINDINGS.md",
    "benchmarks/README.md",
    "reproductions/README.md",
    "notebooks/README.md",
    "GLOSSARY.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)
LINK = re.compile(r"(!?)\[((?:[^][]|\[[^][]*\])*)\]\(([^)\s]+)\)")
FENCED = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)
FOLDED = {"plot", "check"}  # tags of cells that only draw or check
ELSEWHERE = {
    "README.md": "index.md",
    "reproductions/LEDGER.md": "ledger/index.md",
    "reproductions/OURS.md": "ledger/own.md",
}
SHOWN = (".png", ".svg", ".gif", ".webp", ".py", ".csv", ".toml")  # pictures, and files to download


def lay_out(folder):
    """Write the repository's pages and notebooks into a folder, with all files that they show or link."""
    wanted = set()
    for name in PAGES:
        text = (ROOT / name).read_text(encoding="utf-8")
        write(folder / name, led(text, os.path.dirname(name), wanted))
    for path in (*NOTEBOOKS, *SOLUTIONS):
        place = path.relative_to(ROOT).as_posix()
        write(folder / place, json.dumps(as_page(json.loads(path.read_text(encoding="utf-8")), place, wanted)))
    for path in DOCS.glob("*.md"):
        write(folder / path.name, led(path.read_text(encoding="utf-8"), "", wanted))
    for name in wanted:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)


def as_page(notebook, place, wanted):
    """A notebook, changed in place, as MyST-NB wants it: links, folded cells, and alternative texts of pictures.

    Solutions stand in no list of pages: a check that is unfolded leads to them.
    """
    notebook["metadata"]["orphan"] = "solutions" in place
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = led("".join(cell["source"]), os.path.dirname(place), wanted)
            cell["source"] = re.sub(r'(href="[^":]+)\.ipynb', r"\1.html", text)
        metadata = cell["metadata"]
        if FOLDED & {*metadata.get("tags", ())}:
            metadata["tags"] += ["hide-input"]
        if "alt" in metadata:
            metadata["mystnb"] = {"image": {"alt": metadata["alt"]}}
    return notebook


def led(text, home, wanted):
    """Markdown whose links from the folder `home` of the repository lead to the same on the site, from its top.

    Files that are to be copied are added to `wanted`; what the repository has and the site has not is no link any more,
    only its text. All else is left to Sphinx, which knows the pages that are made, and complains of others.
    """

    def link(found):
        picture, label, target = found.groups()
        if re.match(r"[a-z]+:|#", target):
            return found[0]
        name, _, anchor = target.partition("#")
        name = os.path.normpath(os.path.join(home, name)).replace(os.sep, "/")
        if name not in ELSEWHERE and not _on_site(name) and (ROOT / name).exists():
            if not name.endswith(SHOWN):
                return label
            wanted.add(name)
        return f"{picture}[{label}](/{ELSEWHERE.get(name, name)}{'#' + anchor if anchor else ''})"

    parts = FENCED.split(text)  # every second one is code
    return "".join(part if i % 2 else LINK.sub(link, part) for i, part in enumerate(parts))


def _on_site(name):
    return name in PAGES or (ROOT / name) in (*NOTEBOOKS, *SOLUTIONS) or name.endswith(".md") and (DOCS / name).exists()
