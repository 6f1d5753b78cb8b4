"""Print the lowest versions that pyproject.toml allows, as constraints for pip: what `make oldest` tests.

Python is one of them: with another than the lowest this ends.
"""

import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
python = "{}.{}".format(*sys.version_info)
if project["requires-python"] != f">={python}":
    sys.exit(f"expected Python {project['requires-python'].strip('>=')}; got {python}: make oldest OLDEST=its-path")
for requirements in [project["dependencies"], *project["optional-dependencies"].values()]:
    for requirement in requirements:
        if ">=" in requirement:
            print(requirement.replace(">=", "=="))
