"""The project's own source, read for what it imports. It judges nothing; `test_architecture` does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One imported name: `target` is dotted and absolute, `module.name` for `from module import name`."""

    target: str
    line: int
    absolute: bool
    typing_only: bool

    @property
    def top(self) -> str:
        return self.target.partition(".")[0]


@dataclass(frozen=True)
class Module:
    """One file: `path` from the project's root, with slashes; `name` dotted."""

    path: str
    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        return self.name if self.path.endswith("__init__.py") else self.name.rpartition(".")[0]

    @cached_property
    def imports(self) -> list[Import]:
        return list(self._imports(self.tree, typing_only=False))

    @cached_property
    def uses(self) -> list[Import]:
        """The imports, and `os.urandom` and `time.sleep` where they come in by the whole module."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, ast.Attribute)]
        dotted = [Import(ast.unparse(node), node.lineno, True, False) for node in nodes]
        return self.imports + [use for use in dotted if use.target in ("os.urandom", "time.sleep")]

    def _imports(self, node: ast.AST, typing_only: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, True, typing_only)
        elif isinstance(node, ast.ImportFrom):
            base = self._base(node)
            for alias in node.names:
                yield Import(f"{base}.{alias.name}", node.lineno, not node.level, typing_only)
        guarded = node.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) else []
        for child in ast.iter_child_nodes(node):
            yield from self._imports(child, typing_only or child in guarded)

    def _base(self, node: ast.ImportFrom) -> str:
        above = self.package.split(".")[: 1 - node.level or None] if node.level else []
        return ".".join([*above, *([node.module] if node.module else [])])


class Project:
    """The Python files under `root`, read once."""

    def __init__(self, root: Path) -> None:
        folders = ("pybeam", "apothik", "tests", "bench")
        self.modules = [self._read(root, path) for name in folders for path in sorted((root / name).rglob("*.py"))]
        self.names = {module.name for module in self.modules}

    @staticmethod
    def _read(root: Path, path: Path) -> Module:
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        return Module(path.relative_to(root).as_posix(), name, path.read_text(encoding="utf-8"))

    def of(self, *folders: str) -> list[Module]:
        return [module for module in self.modules if module.path.split("/")[0] in folders]

    def module_of(self, target: str) -> str:
        """The module of this project that `target` names or has a name of; empty for others."""
        while target and target not in self.names:
            target = target.rpartition(".")[0]
        return target

    def unit_of(self, target: str) -> str:
        """The file or folder at the top of a package that `target` belongs to, `__init__` for the top itself."""
        _, *rest = self.module_of(target).split(".")
        return rest[0] if rest else "__init__"

    def public_names(self) -> list[str]:
        for node in next(module.tree.body for module in self.modules if module.name == "pybeam"):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                return list(ast.literal_eval(node.value))
        return []
