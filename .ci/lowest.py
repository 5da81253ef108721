"""Print the lowest allowed version of each dependency as pip constraints: what ``>=`` says becomes ``==``."""

import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
for dependency in project["dependencies"]:
    print(dependency.replace(">=", "=="))
