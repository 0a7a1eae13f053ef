"""What importing something brings along, in a fresh Python: on a Pi that is what there is to wait for."""

import json
import subprocess
import sys


def brings(imported: str, *modules: str) -> list[str]:
    """Those of the modules that are there once `imported` is."""
    code = f"import json, sys, {imported}; print(json.dumps([name for name in {modules!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found
