"""Run checkov and kube-score on what the platform folders render to, and excuse what is excused by name.

`python -m tests.scanners` prints the figures and what is left.
"""

import fnmatch
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml
from tabulate import tabulate

from tests.generators.golden import platform_folders
from validators.kubernetes import versions
from validators.render import kustomize

ROOT = Path(__file__).resolve().parent.parent
EXCEPTIONS = ROOT / "packaging" / "scanner-exceptions.yaml"
CHECKOV = ROOT / ".tools" / "checkov" / "bin" / "checkov"
KUBE_SCORE = kustomize.TOOLS / "kube-score"
_PERFECT = 10  # kube-score's grades: 1 critical, 5 warning, 7 nearly, 10 all right
_CONTAINER = re.compile(r"^(.*?/(initContainers|containers))/\[(\d+)\]")


@dataclass(frozen=True, order=True)
class Failure:
    """A check that an object fails. `subject` is Kind/name, or Kind/name:container where the scanner says which."""

    scanner: str
    check: str
    namespace: str
    subject: str
    says: str = ""


@dataclass(frozen=True)
class Waiver:
    """A check that we don't follow: for these objects, for this reason."""

    scanner: str
    check: str
    objects: tuple[str, ...]
    reason: str

    def covers(self, failure: Failure, pattern: str) -> bool:
        """Whether a failure is of this check, on an object that matches `pattern`."""
        same = (failure.scanner, failure.check) == (self.scanner, self.check)
        return same and fnmatch.fnmatchcase(failure.subject, pattern)


@dataclass
class Scan:
    """What the scanners say: passed checks by scanner, and the failures."""

    passed: Counter
    failures: list[Failure]


def render(root: Path, target: Path) -> None:
    """Write what each platform folder of `root` renders to into `target`, a file a folder."""
    for folder in platform_folders(root):
        (target / f"{'-'.join(folder.parts[-2:])}.yaml").write_bytes(kustomize.find().build(root / folder))


def scan(folder: Path) -> Scan:
    """Run both scanners on the manifests in a folder. What the manifests say of being skipped isn't heeded."""
    passed: Counter = Counter()
    failures: list[Failure] = []
    for path in sorted(folder.glob("*.yaml")):
        found, good = _kube_score(path)
        failures += found
        passed["kube-score"] += good
    found, passed["checkov"] = _checkov(folder)
    failures += found
    return Scan(passed, sorted(failures))


def read_waivers(path: Path = EXCEPTIONS) -> list[Waiver]:
    """Return the exceptions. Raises ValueError for one without objects or a reason."""
    found = []
    for scanner, entries in yaml.safe_load(path.read_text()).items():
        for entry in entries:
            if entry.keys() != {"check", "objects", "reason"} or not entry["objects"] or len(entry["reason"]) < 20:
                raise ValueError(f"{path.name}: {scanner}: {entry}: needs check, objects and a reason in words")
            found.append(Waiver(scanner, entry["check"], tuple(entry["objects"]), entry["reason"]))
    return found


def judge(failures: list[Failure], exceptions: list[Waiver]) -> tuple[list[Failure], list[str]]:
    """Return the failures that nothing excuses, and the exceptions that nothing needs."""
    left = [f for f in failures if not any(e.covers(f, p) for e in exceptions for p in e.objects)]
    unused = [
        f"{exception.scanner} {exception.check} {pattern}"
        for exception in exceptions
        for pattern in exception.objects
        if not any(exception.covers(failure, pattern) for failure in failures)
    ]
    return left, unused


def _checkov(folder: Path) -> tuple[list[Failure], int]:
    command = [CHECKOV, "--directory", folder, "--framework", "kubernetes", "--skip-download"]
    report = json.loads(subprocess.run([*command, "--output", "json"], capture_output=True, check=False).stdout)
    results = report["results"]
    manifests = {f"/{path.name}" for path in folder.glob("*.yaml")}
    if report["summary"]["parsing_errors"] or {check["file_path"] for check in results["passed_checks"]} != manifests:
        raise RuntimeError("checkov could not read every manifest")
    documents = {_address(document): document for name in manifests for document in _load(folder / name[1:])}
    failures = []
    for check in results["failed_checks"] + results["skipped_checks"]:
        kind, namespace, name = check["resource"].split(".", 2)
        places = check["check_result"].get("evaluated_keys") or [""]
        container = _container_name(documents.get((kind, namespace, name), {}), places[0])
        says = check["check_name"]
        failures.append(Failure("checkov", check["check_id"], namespace, f"{kind}/{name}{container}", says))
    return failures, len(results["passed_checks"])


def _load(path: Path) -> list[dict]:
    return list(yaml.load_all(path.read_bytes(), Loader=yaml.CSafeLoader))


def _address(document: dict) -> tuple[str, str, str]:
    metadata = document["metadata"]
    return document["kind"], metadata.get("namespace", "default"), metadata["name"]


def _container_name(document: dict, pointer: str) -> str:
    match = _CONTAINER.match(pointer)
    if not match:
        return ""
    place = document
    for part in match[1].split("/"):
        place = place.get(part, {})
    return ":" + place[int(match[3])]["name"]


def _kube_score(path: Path) -> tuple[list[Failure], int]:
    command = [KUBE_SCORE, "score", "--output-format", "json", "--disable-ignore-checks-annotations"]
    command += ["--kubernetes-version", f"v{versions.KUBERNETES_NEWEST}", path]
    report = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    failures, passed = [], 0
    for item in report:
        kind, name = item["type_meta"]["kind"], item["object_meta"]["name"]
        for check in (check for check in item["checks"] or [] if not check["skipped"]):
            if check["grade"] >= _PERFECT:
                passed += 1
                continue
            for comment in check["comments"] or [{"path": "", "summary": check["check"]["name"]}]:
                subject = f"{kind}/{name}" + (f":{comment['path']}" if comment["path"] else "")
                namespace = item["object_meta"].get("namespace", "")
                failures.append(Failure("kube-score", check["check"]["id"], namespace, subject, comment["summary"]))
    if not report:
        raise RuntimeError(f"kube-score could not read {path.name}")
    return failures, passed


def main() -> int:
    """Scan, print the figures, and return 1 if anything is left."""
    with tempfile.TemporaryDirectory() as scratch:
        render(ROOT, Path(scratch))
        done = scan(Path(scratch))
    left, unused = judge(done.failures, read_waivers())
    counted, remaining = Counter(f.scanner for f in done.failures), Counter(f.scanner for f in left)
    rows = [[n, done.passed[n], remaining[n], counted[n] - remaining[n]] for n in sorted(done.passed)]
    print(tabulate(rows, ["Scanner", "Passed", "Failed", "Excepted"]))
    for failure in left:
        print(f"{failure.namespace}: {failure.subject}: {failure.scanner} {failure.check}: {failure.says}")
    for entry in unused:
        print(f"{EXCEPTIONS.name}: nothing needs {entry}: remove it")
    return 1 if left or unused else 0


if __name__ == "__main__":
    sys.exit(main())
