"""Make executed notebooks ready to be committed: pictures of 256 colours, a quarter as large; no times, no versions.

So that they change only where their outputs do.
"""

import base64
import io
import json
from pathlib import Path

from PIL import Image


def smaller(text):
    """A PNG in base64 with a palette; as it is where it has one."""
    picture = Image.open(io.BytesIO(base64.b64decode(text)))
    if picture.mode == "P":
        return text
    white = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture.convert("RGBA")).convert("RGB")
    file = io.BytesIO()
    white.quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "png", optimize=True)
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
