"""Who may import whom (DESIGN §2), read from the source: left is known by right, never the reverse."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("pdf_parser", "pdf_parser_client", "steps", "pipelines", "api")
LIBRARY = ("domain", "errors", "utils", "export", "storage", "parsers", "events", "observability", "settings")

API = (
    "pipelines.client",
    "pipelines.stub",
    "pipelines.local.client",
    "pipelines.argo.client",
    "pipelines.kubeflow.client",
    *(f"pdf_parser.{room}" for room in ("domain", "errors", "settings", "storage", "events", "observability")),
)

# Our own modules: the longest matching room decides; a room may import itself and what is listed.
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "pdf_parser": (),
    "pdf_parser.errors": (),
    "pdf_parser.domain": ("pdf_parser.errors",),
    "pdf_parser.settings": ("pdf_parser.domain", "pdf_parser.errors"),
    "pdf_parser.utils": ("pdf_parser.domain", "pdf_parser.errors", "pdf_parser.settings"),
    "pdf_parser.export": ("pdf_parser.domain", "pdf_parser.errors", "pdf_parser.utils"),
    "pdf_parser.storage": ("pdf_parser.domain", "pdf_parser.errors", "pdf_parser.settings", "pdf_parser.utils"),
    "pdf_parser.events": tuple(f"pdf_parser.{room}" for room in ("domain", "errors", "settings", "storage", "utils")),
    "pdf_parser.observability": ("pdf_parser.domain", "pdf_parser.errors", "pdf_parser.settings"),
    "pdf_parser.parsers": ("pdf_parser.domain", "pdf_parser.errors", "pdf_parser.settings", "pdf_parser.utils"),
    "pdf_parser.parse": tuple(f"pdf_parser.{room}" for room in LIBRARY),
    "pdf_parser.schemas": ("pdf_parser.domain", "pdf_parser.export"),
    "pdf_parser.split": ("pdf_parser.parse", *(f"pdf_parser.{room}" for room in LIBRARY)),
    "pdf_parser_client": (),
    "steps": tuple(f"pdf_parser.{room}" for room in LIBRARY),
    "steps.contracts": (),
    "pipelines": ("steps.contracts", "pdf_parser.domain", "pdf_parser.errors", "pdf_parser.settings"),
    "api": API,
    "api.cli": ("api", *API, "pdf_parser.utils.sample", "pdf_parser_client", "pipelines.fake_argo"),
}

# Shared by all steps; everything else in steps/ is one step and meets the others in the object store only.
COMMON = ("contracts", "entrypoint", "events", "lease", "objects", "progress", "records", "timings")
STEP_COMMONS = tuple(f"steps.{name}" for name in COMMON)
STAGE_RUNNER = ("steps.stage", "steps.retry", "steps.__main__")

# Libraries that only one place may know, by path prefix.
ONLY_IN: dict[str, tuple[str, ...]] = {
    "hera": ("pipelines/argo/",),
    "kfp": ("pipelines/kubeflow/",),
    "boto3": ("pdf_parser/storage/s3",),
    "botocore": ("pdf_parser/storage/s3",),
    "fastapi": ("api/",),
    "starlette": ("api/", "pipelines/fake_argo/"),
    "pypdfium2": (
        "pdf_parser/utils/pdf.py",
        "pdf_parser/utils/measure.py",
        "pdf_parser/utils/render.py",
        "pdf_parser/parsers/pdfium",
        "pdf_parser/parsers/vlm.py",  # for the type checker only
    ),
    "opentelemetry": ("pdf_parser/observability/trace.py",),
    "nats": ("pdf_parser/events/nats.py",),
    "marker": ("pdf_parser/parsers/marker.py",),
    "surya": ("pdf_parser/parsers/marker.py",),
    "unstructured": ("pdf_parser/parsers/unstructured",),
    "unstructured_inference": ("pdf_parser/parsers/unstructured",),
    "spacy": ("pdf_parser/parsers/unstructured",),
    "huggingface_hub": ("pdf_parser/parsers/unstructured",),
    "rapidocr": ("pdf_parser/parsers/ocr/",),
    "numpy": ("pdf_parser/utils/render.py", "pdf_parser/parsers/ocr/", "pdf_parser/parsers/layout_model.py"),
    "onnxruntime": ("pdf_parser/parsers/layout_model.py",),
    "docling": ("pdf_parser/parsers/docling",),
    "docling_core": ("pdf_parser/parsers/docling_support/",),
    "torch": ("pdf_parser/parsers/docling_support/",),
    "cv2": ("pdf_parser/parsers/ocr/",),
    "pikepdf": ("pdf_parser/utils/damage.py",),
    "pyarrow": ("pdf_parser/export/",),
    "markdown_it": ("pdf_parser/parsers/markup/markdown.py",),
    "mdit_py_plugins": ("pdf_parser/parsers/markup/markdown.py",),
    "bpe_openai": ("pdf_parser/utils/tokens.py",),
}
HEAVY = (
    "torch",
    "docling",
    "docling_core",
    "marker",
    "surya",
    "unstructured",
    "unstructured_inference",
    "spacy",
    "rapidocr",
    "onnxruntime",
    "numpy",
    "PIL",
    "cv2",
    "pyarrow",
)
# Rooms of classes made from those of a heavy library: they import it at the top, and are imported in methods only.
ON_DEMAND = ("pdf_parser.parsers.docling_support",)
DOMAIN_LIBRARIES = ("pydantic",)


def sources() -> list[Path]:
    return sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """(module, line, at module level) of every import; `from a import b` counts as a.b when that is a module."""
    tree = ast.parse(path.read_text())
    inside = {id(n) for outer in ast.walk(tree) if _runs_later(outer) for n in ast.walk(outer)}
    for node in ast.walk(tree):
        top = id(node) not in inside
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((_submodule(node.module, alias.name), node.lineno, top) for alias in node.names)


def _runs_later(node: ast.AST) -> bool:
    """What is in a function, or for the type checker only, costs nothing when the module is imported."""
    for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return for_types or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def _submodule(module: str, name: str) -> str:
    path = ROOT / module.replace(".", "/") / name
    return f"{module}.{name}" if path.with_suffix(".py").exists() or path.is_dir() else module


def lies_in(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def room_of(module: str) -> str:
    return max((room for room in MAY_IMPORT if lies_in(module, room)), key=len)


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_rooms_know_only_their_left_neighbours(path):
    module = module_of(path)
    room = room_of(module)
    allowed = (room, *MAY_IMPORT[room])
    for imported, line, _ in imports(path):
        if imported.partition(".")[0] in PACKAGES:
            assert any(lies_in(imported, a) for a in allowed), f"{path}:{line} {room} may not import {imported}"


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_libraries_stay_in_their_place(path):
    relative = path.relative_to(ROOT).as_posix()
    for imported, line, at_top in imports(path):
        library = imported.partition(".")[0]
        if library in ONLY_IN:
            assert relative.startswith(ONLY_IN[library]), f"{path}:{line} imports {library}"
        if any(lies_in(module_of(path), room) for room in ON_DEMAND):
            continue
        if library in HEAVY or any(lies_in(imported, room) for room in ON_DEMAND):
            assert not at_top, f"{path}:{line} imports {library} at module level"


@pytest.mark.parametrize("path", sorted((ROOT / "pdf_parser/domain").rglob("*.py")), ids=module_of)
def test_the_domain_knows_the_standard_library_and_pydantic_only(path):
    known = {*sys.stdlib_module_names, *DOMAIN_LIBRARIES, "pdf_parser"}
    for imported, line, _ in imports(path):
        assert imported.partition(".")[0] in known, f"{path}:{line} imports {imported}"


@pytest.mark.parametrize("path", sorted((ROOT / "steps").glob("*.py")), ids=module_of)
def test_steps_meet_in_the_store_only(path):
    module = module_of(path)
    if module in STAGE_RUNNER:
        return
    for imported, line, _ in imports(path):
        if lies_in(imported, "steps") and imported != "steps":
            assert imported in STEP_COMMONS, f"{path}:{line} {module} imports {imported}"


@pytest.mark.parametrize("path", sorted((ROOT / "pdf_parser_client").rglob("*.py")), ids=module_of)
def test_the_client_needs_the_standard_library_and_httpx_only(path):
    known = {*sys.stdlib_module_names, "httpx", "pdf_parser_client"}
    for imported, line, _ in imports(path):
        assert imported.partition(".")[0] in known, f"{path}:{line} imports {imported}"


def test_contracts_need_the_standard_library_only():
    for imported, line, _ in imports(ROOT / "steps/contracts.py"):
        assert imported.partition(".")[0] in sys.stdlib_module_names, f"contracts.py:{line} imports {imported}"
