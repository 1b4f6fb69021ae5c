"""Make an empty git repository a hoster's own: the library of this version, the facts of the cluster, what runs checks."""

import io
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

from ruamel.yaml import YAML

from ..kubernetes import versions
from ..sources.cluster import NONE, ROUTES
from ..sources.folder import CLUSTER
from ..sources.tree import NAME
from ..sources.zones import DEFAULT, OTHERS, Zones
from . import library, library_texts, scaffold

_FACTS = f"{CLUSTER}/facts.yaml"
_INGRESS_CLASS = "../../components/facts/ingress-class"
_UNASKED = ("certificates", "s3")
"""Facts that not every hoster has: they say them once they use the components that take them."""
_EMPTY = {".git", ".gitattributes", ".gitignore", "README.md", "LICENSE"}
"""What a forge puts into a new repository."""


@dataclass(frozen=True)
class Facts:
    """What only the hoster knows, a text each."""

    block: str
    files: str
    contact: str
    address: str
    repository: str
    gateway: str
    ingress_class: str
    dns_namespace: str
    ipv4: str
    platform: str


@dataclass(frozen=True)
class Question:
    """A question for one of Facts, and its answer if nothing is said; no `default`: one has to be given."""

    text: str
    default: str | None = None


QUESTIONS = {
    "block": Question("StorageClass of block storage, for databases"),
    "files": Question("StorageClass of a file system that many pods mount, for storage/cephfs", NONE),
    "contact": Question("Whom customers ask: your name"),
    "address": Question("Whom customers ask: an address, printed with findings"),
    "repository": Question("Where ArgoCD reads this repository, a git URL"),
    "gateway": Question("The Gateway for sites as NAMESPACE/NAME, if you have the Gateway API", NONE),
    "ingress_class": Question("The IngressClass for sites, if it isn't the cluster's default", ""),
    "dns_namespace": Question("The namespace of the cluster's DNS servers", "kube-system"),
    "ipv4": Question("yes: pods have IPv4 addresses and no others", "no"),
    "platform": Question("The name of your folder in overlays/, beside your customers'", DEFAULT),
}


def facts(given: dict[str, str | None], ask: Callable[[str], str] | None) -> Facts:
    """Return the facts: those that are given, then answers, then defaults. `ask` prints a question and returns a line.

    Raises LibraryProblem that names the options to write where nobody can be asked.
    """
    answers = {name: value for name, value in given.items() if value is not None}
    for name, question in QUESTIONS.items():
        if name not in answers and ask:
            hint = f" [{question.default}]" if question.default else ""
            answers[name] = ask(f"{question.text}{hint}: ").strip() or question.default or ""
        elif name not in answers and question.default is not None:
            answers[name] = question.default
    needed = [name for name, question in QUESTIONS.items() if question.default is None]
    if missing := [f"--{name.replace('_', '-')}" for name in needed if not answers.get(name)]:
        raise library.LibraryProblem(f"write {', '.join(missing)}; or run it on a terminal, where it asks")
    if answers["ipv4"] not in ("yes", "no"):
        raise library.LibraryProblem(f"--ipv4 {answers['ipv4']!a}: write yes or no")
    namespace, slash, name = answers["gateway"].partition("/")
    if answers["gateway"] != NONE and not (namespace and slash and name):
        raise library.LibraryProblem(
            f"--gateway {answers['gateway']!a}: write NAMESPACE/NAME, as gateway/public, or {NONE}"
        )
    if not NAME.match(answers["platform"]) or answers["platform"] in OTHERS:
        taken = f" and none of {', '.join(sorted(OTHERS))}"
        raise library.LibraryProblem(
            f"--platform {answers['platform']!a}: write a-z, 0-9 and -, a letter first,{taken}"
        )
    return Facts(**{field.name: answers[field.name] for field in fields(Facts)})


def make(root: Path, known: Facts) -> list[str]:
    """Write the repository's files, and return their paths. Raises LibraryProblem or OSError; then nothing is written."""
    if not (root / ".git").exists():
        raise library.LibraryProblem(f"{root.resolve()}: is no git repository: run git init here first")
    if taken := sorted(path.name for path in root.iterdir() if path.name not in _EMPTY):
        raise library.LibraryProblem(
            f"{taken[0]} is here already: init is for an empty repository; what it would write is all of base/, "
            f"components/, overlays/, Makefile and {library.SUMS}"
        )
    zones = Zones(known.platform)
    texts = library_texts.texts(zones)
    sums = library.released(texts)
    texts |= library_texts.own_texts(zones)
    texts |= {name: _filled(text, sums.version) for name, text in library_texts.begin_texts(zones).items()}
    texts[_FACTS] = _facts_text(texts[_FACTS], known)
    repository = f"{zones.argocd}/repository/repository.yaml"
    listed = f"{CLUSTER}/kustomization.yaml"
    if known.ingress_class:
        texts[listed] = f"{texts[listed].rstrip()}\n  - {_INGRESS_CLASS}\n"
    texts[repository] = scaffold.set_marked(texts[repository], "url:", f"url: {scaffold.scalar(known.repository)}")
    texts[library.SUMS] = library.text(sums)
    written = {name: content for name, content in texts.items() if not (root / name).exists()}
    _write(root, written)
    return sorted(written)


def _filled(text: str, version: str) -> str:
    text = text.replace("VERSION_OF_THE_LIBRARY", version)
    return text.replace("VERSION_OF_KUBERNETES", versions.KUBERNETES_NEWEST)


def _facts_text(text: str, known: Facts) -> str:
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 120
    for key in _UNASKED:
        text = _commented(text, key)
    text = text.replace(f" {scaffold.MARK}", "")
    if known.ipv4 == "yes":
        text = text.replace("  # ipv4: true\n", "  ipv4: true\n")
    data = yaml.load(text)
    spec = data["spec"]
    namespace, _, name = (f"{NONE}/{NONE}" if known.gateway == NONE else known.gateway).partition("/")
    by_gateway = known.gateway != NONE and not known.ingress_class
    spec["route"] = ROUTES[1] if by_gateway else ROUTES[0]
    spec["contact"].update({"name": known.contact, "address": known.address})
    spec["storageClasses"].update({"block": known.block, "files": known.files})
    spec["gateway"].update({"name": name, "namespace": namespace})
    spec["dns"]["namespace"] = known.dns_namespace
    if known.ingress_class:
        spec["ingress"] = {"class": known.ingress_class}
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


def _commented(text: str, key: str) -> str:
    """Return the facts with one of them as a comment: an example, and nobody's answer."""
    block = re.compile(rf"^  {key}:\n(?:    .*\n)+", re.M)

    def comment(match: re.Match[str]) -> str:
        return re.sub("^  ", "  # ", match[0], flags=re.M)

    return scaffold.replace_one(text, block, comment, f"a block {key!r}")


def _write(root: Path, texts: dict[str, str]) -> None:
    """Write all files, or none."""
    before = set(root.iterdir())
    try:
        with scaffold.terminable():
            for name, content in texts.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(content, encoding="utf-8")
    except BaseException:
        for path in set(root.iterdir()) - before:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise
