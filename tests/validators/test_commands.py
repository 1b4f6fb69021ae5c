"""The commands on a repository of their own: exit codes, what is chosen, what is said."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.zones import LIBRARY
from validators import cli

ROOT = Path(__file__).resolve().parents[2]
APP = "overlays/customers/example/minimal"
PLATFORM = "overlays/ungleich/example/minimal"


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repository"
    for part in (*LIBRARY, APP, PLATFORM):
        shutil.copytree(ROOT / part, root / part)
    for zone, source in ((f"{APP}2", APP), (f"{PLATFORM}2", PLATFORM)):
        shutil.copytree(root / source, root / zone)
        for path in (root / zone).iterdir():
            path.write_text(path.read_text().replace("example-minimal", "example-minimal2"))
            path.write_text(path.read_text().replace("example/minimal\n", "example/minimal2\n"))
            path.write_text(path.read_text().replace("minimal.example", "minimal2.example"))
            path.write_text(path.read_text().replace("password: AgA", "password: AgB"))
            path.write_text(path.read_text().replace("value: minimal}", "value: minimal2}"))
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "a")
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return root


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_clean_tree_is_0(repository: Path, capsys: pytest.CaptureFixture) -> None:
    assert cli.main([]) == 0
    assert "2 apps" in capsys.readouterr().out
    assert cli.main(["check", "--format", "json"]) == 0
    json.loads(capsys.readouterr().out)


def test_a_finding_is_1_and_names_file_line_and_column(repository: Path, capsys: pytest.CaptureFixture) -> None:
    with (repository / APP / "kustomization.yaml").open("a") as file:
        file.write("replicas: []\n")
    line = len((repository / APP / "kustomization.yaml").read_text().splitlines())
    assert cli.main([]) == 1
    assert f"{APP}/kustomization.yaml:{line}:1: customer-kustomization: replicas isn't" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["components/../README"], "belongs to no app"),
        (["/"], "in no repository"),
        (["base", "/"], "isn't in"),
        (["--since", "nonsense"], "no revision 'nonsense'"),
        (["--since", "--output=x"], None),
        (["--customer", "nonsense"], "write CUSTOMER/APP"),
        (["--customer", "a/b", "--since", "HEAD"], "--customer takes"),
    ],
)
def test_wrong_use_is_2(
    repository: Path, capsys: pytest.CaptureFixture, arguments: list[str], said: str | None
) -> None:
    try:
        code = cli.main(["check", *arguments])
    except SystemExit as error:
        code = error.code
    assert code == 2
    assert said is None or said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "no command chek; did you mean check?"),
        (["newapp", "CUSTOMER=acme"], "no command newapp; did you mean new-app?"),
        (["New_App"], "no command New_App; did you mean new-app?"),
        (["nothing-alike"], "belongs to no app"),
        (["gone.yaml"], "belongs to no app"),
    ],
)
def test_a_mistyped_command_is_2(repository: Path, capsys: pytest.CaptureFixture, words: list[str], said: str) -> None:
    assert cli.main(words) == 2
    assert said in capsys.readouterr().err


def test_a_path_is_no_mistyped_command(repository: Path, capsys: pytest.CaptureFixture) -> None:
    shutil.copytree(repository / APP, repository / "chek")
    assert cli.main(["chek"]) == 2
    assert "chek belongs to no app" in capsys.readouterr().err
    assert cli.main([APP]) == 0


def test_no_app_at_all_is_2(repository: Path, capsys: pytest.CaptureFixture) -> None:
    shutil.rmtree(repository / "overlays/customers")
    shutil.rmtree(repository / "overlays/ungleich")
    assert cli.main(["check"]) == 2
    assert "there is no app" in capsys.readouterr().err


def test_only_what_changed_is_checked(repository: Path, capsys: pytest.CaptureFixture) -> None:
    with (repository / f"{APP}2" / "app.env").open("a") as file:
        file.write("A=b\n")
    assert cli.main(["check", "--since", "HEAD"]) == 0
    assert "1 app," in capsys.readouterr().out
    assert cli.main(["check", f"{APP}2/app.env"]) == 0
    assert "1 app," in capsys.readouterr().out
    with (repository / "base/service-account.yaml").open("a") as file:
        file.write("# a comment\n")
    assert cli.main(["check", "--since", "HEAD"]) == 0
    assert "2 apps," in capsys.readouterr().out


def test_a_customer_repository_is_judged_as_on_the_platform(repository: Path, capsys: pytest.CaptureFixture) -> None:
    own = repository.parent / "own"
    shutil.copytree(ROOT / "overlays/customers/example/shop", own)
    assert cli.main(["check", "--customer", "example/shop", str(own)]) == 0
    replace(own / "kustomization.yaml", "components/scheduler\n", "components/valkey\n")
    assert cli.main(["check", "--customer", "example/shop", str(own)]) == 1
    assert f"{own}/kustomization.yaml:" in (out := capsys.readouterr().out)
    assert "customer-paths: components/valkey is the platform's to list, not yours" in out


def test_render_prints_the_app(repository: Path, capfdbinary: pytest.CaptureFixture) -> None:
    assert cli.main(["render", "example/minimal"]) == 0
    assert b"namespace: example-minimal\n" in capfdbinary.readouterr().out
    assert cli.main(["render", "example/nonsense"]) == 2
    (repository / APP / "Chart.yaml").write_text("a: b\n")
    assert cli.main(["render", APP]) == 1


def test_explain_and_rules(capsys: pytest.CaptureFixture) -> None:
    assert cli.main(["explain", "customer-patches"]) == 0
    assert "Why: " in capsys.readouterr().out
    assert cli.main(["explain", "customer-patch"]) == 2
    assert "did you mean customer-patches?" in capsys.readouterr().err
    assert cli.main(["rules"]) == 0
    assert "size-differs" in capsys.readouterr().out
