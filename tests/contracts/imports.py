"""What a file imports, as absolute names: relative imports resolved."""

from __future__ import annotations

import ast
from importlib.util import resolve_name
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def imports_of(path: Path, root: Path = ROOT) -> set[str]:
    """The absolute modules that a file names in its imports; ``from package import name`` counts as ``package.name``."""
    package = ".".join(path.relative_to(root).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found
