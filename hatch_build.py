"""Build hook: compiles what production runs at every decision, for hosts that want it faster.

Off unless HATCH_BUILD_HOOKS_ENABLE is set (`make compiled`). Sources lie in the wheel beside what was made of them: the
same modules by the same names, of which Python takes the compiled one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SETTINGS = "[mypy]\nignore_errors = True\nfollow_imports = skip\n"  # types are what `make type` checks
SPEED = {"MYPYC_OPT_LEVEL": "3", "MYPYC_DEBUG_LEVEL": "0"}
# A product and a sum are rounded one by one, as in Python.
EXACT = "" if sys.platform == "win32" else " -ffp-contract=off"


class Compiled(BuildHookInterface[Any]):
    """Adds the compiled twins of the modules of `packages` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Compile a copy of the package, and name what came out."""
        at = Path(self.root, "build", "compiled")
        shutil.rmtree(at, ignore_errors=True)
        shutil.copytree(Path(self.root, "src"), at, ignore=shutil.ignore_patterns("__pycache__"))
        (at / "mypy.ini").write_text(SETTINGS, encoding="utf-8")
        packages = self.config["packages"].items()
        modules = [f"fillrate/{package}/{name}.py" for package, names in packages for name in names.split()]
        done = subprocess.run(
            [sys.executable, "-m", "mypyc", *modules],
            cwd=at,
            env=os.environ | SPEED | {"CFLAGS": os.environ.get("CFLAGS", "") + EXACT},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"mypyc could not compile:\n{done.stdout}")
        shutil.rmtree(at / "build")
        made = [path for ending in ("so", "pyd") for path in at.rglob(f"*.{ending}")]
        build_data["force_include"] |= {str(path): str(path.relative_to(at)) for path in made}
        build_data |= {"pure_python": False, "infer_tag": True}
