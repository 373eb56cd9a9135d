"""The check of the core's layers finds each way to write a use of a higher layer."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def layers() -> ModuleType:
    spec = importlib.util.spec_from_file_location("layers", ROOT / "core" / "layers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("file", "code", "used"),
    [
        ("url.rs", "use crate::client::Client;", {"client"}),
        ("url.rs", "use crate::Client;", {"Client"}),
        ("url.rs", "use crate::{error::{Error, ErrorKind}, client};", {"error", "client"}),
        ("url.rs", "use crate::{\n    error::Error,\n    client::*,\n};", {"error", "client"}),
        ("url.rs", "fn f() { crate :: client::send() }", {"client"}),
        ("url.rs", "use super::client::Client;", {"client"}),
        ("url.rs", "// use crate::client::Client;", set()),
        ("url.rs", 'let text = "crate::client";', set()),
        ("url.rs", "use crate::{ // why\n    client::Client,\n};", {"client"}),
        ("url.rs", "use crate::/* why */client::Client;", {"client"}),
        ("error/kind.rs", "mod sealed {\n}\nuse super::super::client::Client;", {"client"}),
        ("error/mod.rs", "use super::client::Client;", {"client"}),
        ("error/kind.rs", "use super::super::client::Client;", {"client"}),
        ("error/kind.rs", "use super::client::Client;", set()),
        ("error/kind.rs", "use super::super::super::client;", {"super"}),
        ("error/kind.rs", "mod tests {\n    use super::super::code;\n}", set()),
        ("error/kind.rs", "mod tests {\n    use super::super::super::client;\n}", {"client"}),
    ],
)
def test_a_use_is_found(
    layers: ModuleType, tmp_path: Path, file: str, code: str, used: set[str]
) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(code, encoding="utf-8")
    assert layers.used_by(path, tmp_path) == used


@pytest.mark.parametrize(
    "code",
    [
        "use crate as root;",
        "use super as root;",
        "use super::{super::client::Client};",
        "extern crate self as root;",
        '#[path = "client/mod.rs"]\nmod other;',
        'include!("client/mod.rs");',
    ],
)
def test_what_hides_a_use_is_a_problem(
    layers: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    source = tmp_path / "src"
    source.mkdir()
    (source / "lib.rs").write_text("mod low;\n")
    (source / "low.rs").write_text(f"{code}\n")
    monkeypatch.setattr(layers, "HERE", tmp_path)
    problems = list(layers.problems_of(".", ["low"]))
    assert any("hides what is used" in text for text in problems), problems


def test_a_use_of_a_higher_layer_is_a_problem(
    layers: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "src"
    source.mkdir()
    (source / "lib.rs").write_text('pub const VERSION: &str = "1";\nmod low;\nmod high;\n')
    (source / "low.rs").write_text("use crate::{VERSION, high::High, Low};\n")
    (source / "high.rs").write_text("use crate::low::Low;\n")
    (source / "other.rs").write_text("use crate::low::Low;\n")
    monkeypatch.setattr(layers, "HERE", tmp_path)
    found = [text.rsplit("src/", 1)[1] for text in layers.problems_of(".", ["low", "high"])]
    assert found == [
        "low.rs: crate::Low is not a module: write the module's path",
        "low.rs: low uses high, a layer above it",
        "other.rs: other is not in the list of layers",
    ]


def test_the_core_is_in_order(layers: ModuleType) -> None:
    for folder, modules in layers.LAYERS.items():
        assert list(layers.problems_of(folder, modules)) == []
        assert len(list((ROOT / "core" / folder / "src").iterdir())) > len(modules)
