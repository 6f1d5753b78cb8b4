"""Take times and versions of an execution out of the notebooks, so that they change only where their outputs do."""

import json
from pathlib import Path

for path in Path("notebooks").rglob("*.ipynb"):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
    notebook["metadata"].get("language_info", {}).pop("version", None)
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    if text != path.read_text(encoding="utf-8"):
        path.write_text(text, encoding="utf-8", newline="\n")
