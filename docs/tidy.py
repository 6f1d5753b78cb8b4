"""Make executed notebooks ready to be committed: pictures of 256 colours, a third as large; no times, no versions.

So that they change only where their outputs do.
"""

import base64
import json
from io import BytesIO
from pathlib import Path

from PIL import Image

from reproductions.drawing import few_colours


def smaller(text):
    """A PNG in base64 with a palette; as it is where it has one."""
    picture, file = Image.open(BytesIO(base64.b64decode(text))), BytesIO()
    if picture.mode == "P":
        return text
    few_colours(picture).save(file, "png", optimize=True)
    return base64.b64encode(file.getvalue()).decode() + "\n"


for path in Path("notebooks").rglob("*.ipynb"):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["metadata"].pop("execution", None)
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["data"]["image/png"] = smaller("".join(output["data"]["image/png"]))
    notebook["metadata"].get("language_info", {}).pop("version", None)
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    if text != path.read_text(encoding="utf-8"):
        path.write_text(text, encoding="utf-8", newline="\n")
