"""Who may import whom, held by a table; and the few rules that every file keeps.

The import graph is the architecture: the runtime knows no network, the behaviours never see the
wire, the cache sees only public names. Each rule is a function from a project to its complaints;
it is run on this project, where there must be none, and on a small broken one, where there must be.

An import under `if TYPE_CHECKING:` counts for the layers, as what a file must not know it must not
name either; it does not count for cycles, as it is never carried out. One inside a function counts
for both: importing late is how a cycle is hidden.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.source import Project

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 350
MOST_PUBLIC_NAMES = 50

VALUES = {"terms", "clock", "hashing", "errors", "shown"}
CORE = VALUES | {"runtime", "process"}

# A file or folder of pybeam, and the others that it may import.
LAYERS = {
    "terms": set[str](),
    "clock": set[str](),
    "shown": set[str](),
    "hashing": {"terms"},
    "errors": {"terms"},
    "logs": VALUES,
    "runtime": VALUES,
    "process": VALUES | {"runtime"},
    "dist": VALUES | {"runtime"},
    "otp": CORE,
    "rpc": VALUES | {"runtime", "otp"},
    "sys": CORE | {"otp"},
    "application": CORE | {"otp"},
    "code": CORE | {"otp", "rpc", "node"},
    "cluster": VALUES | {"runtime", "otp"},
    "groups": CORE | {"otp"},
    "pg": CORE | {"otp", "groups"},
    "global_": CORE | {"otp", "groups"},
    "pubsub": CORE | {"otp", "groups", "pg"},
    "services": CORE | {"otp", "rpc", "groups", "pg", "global_"},
    "node": CORE | {"dist", "otp", "rpc", "cluster", "services"},
    "testing": CORE | {"dist", "otp", "rpc", "cluster", "services", "node"},
    "aio": CORE | {"rpc", "node"},
    "runner": VALUES | {"process", "otp", "node"},
    "prompt": CORE | {"otp", "rpc", "node"},
    "commands": VALUES | {"process", "otp", "rpc", "node", "logs", "runner", "prompt"},
    "cli": VALUES | {"rpc", "node", "logs", "commands"},
    "__main__": {"cli"},
    "__init__": VALUES | {"process", "otp", "rpc", "node", "sys", "code", "application", "pg", "global_", "pubsub"},
}

# Of pybeam, apothik may import the public names and these.
OPEN_TO_APOTHIK = {"hashing", "rpc", "cluster", "shown"}

# What reaches out of the program or away from the scheduler's thread, and the files that may:
# each is a seam that the tests replace. What has a row and no file is for nobody.
OWNERS = {
    "zmq": {"pybeam/dist/carriers/zmq.py", "pybeam/dist/carriers/sockets.py"},
    "greenlet": {"pybeam/runtime/switch.py"},
    "time": {"pybeam/clock.py"},
    "socket": {"pybeam/cluster/udp.py"},
    "select": set[str](),
    "selectors": {"pybeam/cluster/udp.py"},
    "gc": {"pybeam/runtime/collector.py"},
    "asyncio": {"pybeam/runtime/awaited.py", "pybeam/runtime/companion.py"}
    | {f"pybeam/dist/{name}.py" for name in ("desk", "seat", "epmd_client", "epmd_server")},
    "threading": {
        "pybeam/cli.py",
        "pybeam/runner.py",
        "pybeam/runtime/companion.py",
        "pybeam/runtime/foreign.py",
        "pybeam/runtime/interrupt.py",
        "pybeam/runtime/pool.py",
        "pybeam/runtime/solo.py",
        "pybeam/runtime/watchdog.py",
        "pybeam/dist/carriers/system.py",
        "pybeam/dist/carriers/zmq.py",
        "pybeam/dist/desk.py",
        "pybeam/dist/mapper.py",
        "pybeam/cluster/udp.py",
        "pybeam/testing/carrier_suite.py",
    },
    "subprocess": set[str](),
    "multiprocessing": set[str](),
    "ctypes": {"pybeam/runner.py", "pybeam/runtime/interrupt.py"},
    "random": {
        "pybeam/cluster/worker.py",
        "pybeam/dist/carriers/memory.py",
        "pybeam/dist/mapper.py",
        "pybeam/testing/world.py",
    },
    "secrets": {"pybeam/commands.py", "pybeam/dist/cookie.py", "pybeam/node.py", "pybeam/runtime/foreign.py"},
    "uuid": set[str](),
    "os.urandom": set[str](),
    "cloudpickle": {"pybeam/dist/codec.py", "pybeam/errors.py", "pybeam/prompt/evaluation.py", "apothik/keys.py"},
    "IPython": {"pybeam/cli.py", "pybeam/prompt/remsh.py", "pybeam/prompt/shell.py"},
    "rich": {"apothik/master.py"},
}


def layers(project: Project) -> Iterator[str]:
    """Who imports whom, inside pybeam."""
    for module in project.of("pybeam"):
        unit = project.unit_of(module.name)
        if unit not in LAYERS:
            yield f"{module.path}: {unit} has no row in LAYERS"
            continue
        for found in module.imports:
            target = project.unit_of(found.target)
            if found.top == "apothik":
                yield f"{module.path}:{found.line}: imports apothik"
            elif found.top == "pybeam" and target not in LAYERS[unit] | {unit, "__init__"}:
                yield f"{module.path}:{found.line}: {unit} may not import {target}"


def relative_imports(project: Project) -> Iterator[str]:
    """Inside pybeam imports are relative, and name the module that has the thing, never the package's top."""
    for module in project.of("pybeam"):
        for found in module.imports:
            if found.top == "pybeam" and found.absolute:
                yield f"{module.path}:{found.line}: imports {found.target} by its absolute name"
            elif project.module_of(found.target) == "pybeam":
                yield f"{module.path}:{found.line}: imports {found.target} from the package's top"


def public_face(project: Project) -> Iterator[str]:
    """apothik is a program like any other: it sees public names."""
    allowed = {"pybeam", *(f"pybeam.{name}" for name in project.public_names())}
    for module in project.of("apothik"):
        for found in module.imports:
            _, _, rest = found.target.partition(".")
            if found.top == "pybeam" and not (found.target in allowed or rest.split(".")[0] in OPEN_TO_APOTHIK):
                yield f"{module.path}:{found.line}: {found.target} is not public"


def owners(project: Project) -> Iterator[str]:
    """What `OWNERS` names is imported by those files alone."""
    for module in project.of("pybeam", "apothik"):
        for found in module.uses:
            for owned, files in OWNERS.items():
                if f"{found.target}.".startswith(f"{owned}.") and module.path not in files:
                    yield f"{module.path}:{found.line}: may not import {owned}"


def cycles(project: Project) -> Iterator[str]:
    """No module imports itself by way of others."""
    graph = {
        module.name: {project.module_of(found.target) for found in module.imports if not found.typing_only}
        - {"", module.name}
        for module in project.of("pybeam", "apothik")
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "an import cycle: " + " -> ".join(reversed(error.args[1]))


def charters(project: Project) -> Iterator[str]:
    """Every file opens with what it decides. An empty one decides nothing."""
    for module in project.modules:
        if module.text.strip() and not ast.get_docstring(module.tree):
            yield f"{module.path}: has no charter"


def lengths(project: Project) -> Iterator[str]:
    """A file holds one decision."""
    for module in project.modules:
        if (lines := module.text.count("\n")) > MOST_LINES:
            yield f"{module.path}: {lines} lines, at most {MOST_LINES}"


def unit_tests_wait_for_nothing(project: Project) -> Iterator[str]:
    """Only tests/integration sleeps and opens sockets."""
    for module in project.of("tests"):
        if not module.path.startswith("tests/integration/"):
            for found in module.uses:
                if found.target == "time.sleep" or found.target.split(".")[0] == "socket":
                    yield f"{module.path}:{found.line}: uses {found.target} outside tests/integration"


def public_names(project: Project) -> Iterator[str]:
    """What a user has to learn stays small."""
    names = project.public_names()
    if not 0 < len(names) <= MOST_PUBLIC_NAMES:
        yield f"pybeam.__all__ has {len(names)} names, at most {MOST_PUBLIC_NAMES} and at least one"


Rule = Callable[[Project], Iterator[str]]
RULES: list[Rule] = [
    layers,
    relative_imports,
    public_face,
    owners,
    cycles,
    charters,
    lengths,
    unit_tests_wait_for_nothing,
    public_names,
]


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(ROOT)


@pytest.mark.parametrize("rule", RULES)
def test_this_project_keeps_the_rule(rule: Rule, project: Project) -> None:
    if complaints := list(rule(project)):
        pytest.fail("\n".join(complaints), pytrace=False)


# A small project that keeps every rule, and what breaks one of them when a file is made of it.
SOUND = {
    "pybeam/__init__.py": "from . import node\nfrom .terms import Pid\n__all__ = ['Pid', 'node']",
    "pybeam/terms.py": "class Pid: ...",
    "pybeam/clock.py": "import time",
    "pybeam/node.py": "from .dist import kernel\nfrom .otp.gen import call",
    "pybeam/dist/__init__.py": "",
    "pybeam/dist/kernel.py": "from ..terms import Pid",
    "pybeam/otp/gen.py": "import os\nfrom ..terms import Pid\ncall = os.getpid",
    "apothik/cache.py": "from pybeam import Pid, node\nfrom pybeam.rpc import call",
    "tests/test_node.py": "import time\ntime.monotonic()",
    "tests/integration/test_node.py": "import socket\nimport time\ntime.sleep(1)",
}
FOR_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from {} import x"
BROKEN = [
    (layers, "pybeam/otp/gen.py", "from ..dist.kernel import x", "pybeam/otp/gen.py:2: otp may not import dist"),
    (layers, "pybeam/otp/gen.py", "from .. import node", "otp may not import node"),
    (layers, "pybeam/otp/gen.py", "def f():\n    from ..dist import kernel", "gen.py:3: otp may not import dist"),
    (layers, "pybeam/dist/kernel.py", FOR_TYPES.format("..otp.gen"), "kernel.py:4: dist may not import otp"),
    (layers, "pybeam/node.py", "import apothik.cache", "pybeam/node.py:2: imports apothik"),
    (layers, "pybeam/stray.py", "", "stray has no row in LAYERS"),
    (relative_imports, "pybeam/node.py", "from pybeam.terms import Pid", "pybeam.terms.Pid by its absolute name"),
    (relative_imports, "pybeam/node.py", "import pybeam", "imports pybeam by its absolute name"),
    (relative_imports, "pybeam/otp/gen.py", "from .. import Pid", "imports pybeam.Pid from the package's top"),
    (public_face, "apothik/cache.py", "from pybeam.dist.kernel import x", "pybeam.dist.kernel.x is not public"),
    (public_face, "apothik/cache.py", "from pybeam import _inner", "pybeam._inner is not public"),
    (owners, "pybeam/node.py", "import zmq.utils", "pybeam/node.py:2: may not import zmq"),
    (owners, "pybeam/node.py", "from time import monotonic", "may not import time"),
    (owners, "apothik/cache.py", "import os\nos.urandom(8)", "apothik/cache.py:3: may not import os.urandom"),
    (owners, "pybeam/node.py", "from os import urandom", "may not import os.urandom"),
    (cycles, "pybeam/terms.py", "from .node import x", "pybeam.terms -> pybeam.node"),
    (cycles, "pybeam/terms.py", "def f():\n    from . import node", "pybeam.terms -> pybeam.node"),
    (charters, "bench/run.py", "import sys", "bench/run.py: has no charter"),
    (lengths, "pybeam/node.py", "pass\n" * MOST_LINES, f"pybeam/node.py: {MOST_LINES + 1} lines"),
    (unit_tests_wait_for_nothing, "tests/test_node.py", "import time\ntime.sleep(1)", "node.py:3: uses time.sleep"),
    (unit_tests_wait_for_nothing, "tests/test_node.py", "from time import sleep", "uses time.sleep"),
    (unit_tests_wait_for_nothing, "tests/otp/test_gen.py", "from socket import socket", "uses socket.socket"),
    (public_names, "pybeam/__init__.py", f"__all__ = {['x'] * (MOST_PUBLIC_NAMES + 1)}", "__all__ has 51 names"),
    (public_names, "pybeam/__init__.py", "from .terms import Pid", "__all__ has 0 names"),
]


def written(root: Path, files: dict[str, str]) -> Project:
    """Write the files, each with a charter, but for those of bench/ and the empty ones."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        charter = '"""Charter."""\n' if text and not path.startswith("bench/") else ""
        (root / path).write_text(charter + text)
    return Project(root)


@pytest.mark.parametrize("rule", RULES)
def test_a_sound_project_breaks_no_rule(rule: Rule, tmp_path: Path) -> None:
    assert list(rule(written(tmp_path, SOUND))) == []


@pytest.mark.parametrize(("rule", "path", "text", "complaint"), BROKEN)
def test_a_broken_rule_is_told(rule: Rule, path: str, text: str, complaint: str, tmp_path: Path) -> None:
    (found,) = rule(written(tmp_path, SOUND | {path: text}))
    assert complaint in found


def test_an_import_for_types_alone_makes_no_cycle(tmp_path: Path) -> None:
    assert list(cycles(written(tmp_path, SOUND | {"pybeam/terms.py": FOR_TYPES.format(".node")}))) == []


def test_every_rule_has_been_seen_to_complain() -> None:
    assert {rule for rule, *_ in BROKEN} == set(RULES)
