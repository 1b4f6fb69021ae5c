"""An env file or generator that kustomize would read otherwise than it looks.

What: lines without `=`, keys that aren't names of variables, values with odd characters, a generator that replaces one
of the platform's config maps, HOSTS that aren't host names or don't fit the component hosts/N, MEDIA_ROOT that isn't a
path.
Why: for a line without `=` kustomize takes the value from the environment of ArgoCD. HOSTS becomes routes and
ALLOWED_HOSTS: with more names than the component hosts/N takes, the rest get no route; with fewer the build fails.

Bad:

    # file: app.env
    HOSTS=app.example.com
    ARGOCD_TOKEN
    # file: kustomization.yaml
    resources:
      - ../../../../base
    configMapGenerator:
      - {name: app-config, behavior: merge, envs: [app.env]}

Good:

    # file: app.env
    # A comment.
    HOSTS=app.example.com
    DEBUG=0
    # file: kustomization.yaml
    resources:
      - ../../../../base
    configMapGenerator:
      - {name: app-config, behavior: merge, envs: [app.env]}

Fix: write KEY=value, a line each, without quotes; hosts in lower case, comma separated, no spaces.
"""

import re
from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Place, count
from ...policy import customer_fields, limits
from ...policy.guess import near
from ...sources import decoding, references, values
from ...sources.folder import KUSTOMIZATION
from .. import Problem, _environment, _hosts, _seal

ID = "customer-environment"
HINT = "write KEY=value, a line each"

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,252}\Z")
Line = tuple[str, Place, Problem | None]
"""KEY=value, where it stands, and what is wrong with it."""

_TYPO = 0.8
"""How alike a name and the right one are where one is taken for the other: DB_HOST is no HOSTS."""
_FILE_KEY = re.compile(r"[A-Za-z0-9._-]{1,253}\Z")


def check(app: Sources) -> Iterator[Problem]:
    """Yield what is wrong with the generators and the files they name."""
    if app.customer.unreadable:
        return
    config: dict[str, tuple[str, Place]] = {}
    names: set[str] = set()
    lines = size = 0
    for index, entry in enumerate(values.items(app.customer.kustomization.value, "configMapGenerator")):
        if not isinstance(entry, dict):
            continue
        place = app.place_in(app.customer, KUSTOMIZATION, ("configMapGenerator", index))
        lines += sum(data.count(b"\n") for data in _files(app, entry, "envs"))
        size += sum(len(data) for key in ("envs", "files") for data in _files(app, entry, key))
        if lines > limits.ENVIRONMENT_LINES or size > limits.CONFIG_BYTES:
            most = f"{limits.ENVIRONMENT_LINES:,} lines of env files and {limits.CONFIG_BYTES >> 10} KiB"
            yield Problem(
                f"with this generator it is more than {most}", place=place, hint="name less, and each file once"
            )
            return
        yield from _entry(entry, place, names)
        into: dict[str, tuple[str, Place]] = config if entry.get("name") == "app-config" else {}
        yield from _contents(app, entry, index, into)
    if not any(decoding.conflict(decoding.decode(data)[0]) for data in _env_files(app)):
        yield from _known_keys(app, config)


def _env_files(app: Sources) -> Iterator[bytes]:
    for reference in references.files(app.customer):
        if reference.field == "envs" and reference.path in app.customer.files:
            yield app.customer.files[reference.path]


def _entry(entry: dict, place: Place, names: set[str]) -> Iterator[Problem]:
    name, behaviour = entry.get("name"), entry.get("behavior")
    if not isinstance(name, str):
        return  # customer-kustomization says so
    if name in names:
        yield Problem(f"there are two generators {name}", place=place, hint="make them one")
    names.add(name)
    if re.search(customer_fields.data()["reserved"]["configmaps"], name):
        yield Problem(f"{name} belongs to the platform", place=place, hint="write your variables into app-config")
    elif name == "app-config" and behaviour is None and near("behavior", map(str, entry), alike=_TYPO):
        return  # the misspelt field is customer-kustomization's
    elif name == "app-config" and behaviour != "merge":
        yield Problem("app-config is in the base already", place=place, hint="write behavior: merge")
    elif name != "app-config" and behaviour == "merge":
        yield Problem(f"there is no {name} to merge with", place=place, hint="delete the line with behavior")


def _contents(app: Sources, entry: dict, index: int, into: dict[str, tuple[str, Place]]) -> Iterator[Problem]:
    for key, place, problem in _lines(app, entry, index):
        if problem:
            yield problem
            continue
        name, _, text = key.partition("=")
        if name in into:
            yield Problem(f"{name} is set twice, first in line {into[name][1].line}", place=place, hint="delete one")
        into[name] = (text, place)


def _files(app: Sources, entry: dict, key: str) -> Iterator[bytes]:
    """Yield the content of each file that a generator names, as often as it names it."""
    for text in values.texts(entry, key)[: limits.LIST_ITEMS]:
        yield app.customer.files.get(references.inside(app.customer, text.rpartition("=")[2]) or "", b"")


def _lines(app: Sources, entry: dict, index: int) -> Iterator[Line]:
    """Yield each variable or file of a generator."""
    for name in values.texts(entry, "envs"):
        path = references.inside(app.customer, name)
        if path in app.customer.files:
            yield from _env_lines(app, path)
    for position, text in enumerate(values.texts(entry, "literals")):
        place = app.place_in(app.customer, KUSTOMIZATION, ("configMapGenerator", index, "literals", position))
        wrong = Problem("the literal is more than one line", place=place) if "\n" in text or "\r" in text else None
        yield text, place, wrong
    for position, text in enumerate(values.texts(entry, "files")):
        place = app.place_in(app.customer, KUSTOMIZATION, ("configMapGenerator", index, "files", position))
        # Without a key of its own a file is known by its name, without its folder.
        key = text.partition("=")[0] if "=" in text else text.rpartition("/")[2]
        good = _FILE_KEY.match(key) and text.count("=") <= 1
        hint = "write KEY=FILE, KEY of letters, digits, . _ and -"
        yield (
            f"{key}=",
            place,
            None if good else Problem(f"{key[:40]!r} isn't a name for a file", place=place, hint=hint),
        )
        data = app.customer.files.get(references.inside(app.customer, text.rpartition("=")[2]) or "", b"")
        if problems := decoding.decode(data)[1]:
            yield "", place, Problem(f"{text} {problems[0].message}", place=place, hint=problems[0].hint)


def _env_lines(app: Sources, path: str) -> Iterator[Line]:
    """Yield the variables of one of the customer's env files, as kustomize reads it."""
    text, problems = decoding.decode(app.customer.files[path])
    full = f"{app.customer.path}/{path}"
    conflict = decoding.conflict(text)
    for problem in [conflict] if conflict else problems:
        place = Place(full, problem.line, problem.column)
        yield "", place, Problem(problem.message, place=place, hint=problem.hint)
    inside = False  # of a block of several lines
    for number, line in [] if conflict else _environment.lines(text):
        if inside:
            inside = "-----END" not in line
            continue
        place = Place(full, number)
        if len(line.encode()) > _environment.LONGEST:
            yield "", place, _too_long(line, place)
            return
        inside = "-----BEGIN" in line and "-----END" not in line
        yield ("", place, _block(app, line, place)) if inside else _env_line(line, place)


def _env_line(line: str, place: Place) -> Line:
    key, equals, _ = line.partition("=")
    if not equals:
        message = f"the line {key[:40]!r} has no =, kustomize would take its value from ArgoCD's environment"
        return "", place, Problem(message, place=place, hint="write KEY=value in one line, or delete it")
    if not _KEY.match(key):
        hint = "write letters, digits and _ before the =, without blanks"
        return "", place, Problem(f"{key[:40]!r} isn't a name for a variable", place=place, hint=hint)
    return line, place, None


def _too_long(line: str, place: Place) -> Problem:
    most = f"{_environment.LONGEST:,} bytes"
    message = f"{line.partition('=')[0][:40]} is longer than {most}: kustomize stops here, and all that follows is lost"
    return Problem(message, place=place, hint="put the value into a file of its own, and name it under files")


def _block(app: Sources, line: str, place: Place) -> Problem:
    message = f"{line.partition('=')[0][:40]!r} has a key or certificate of several lines, and a value has one"
    hint = f"delete it, and seal it as a file: {_seal.command(app, 'keys', 'NAME.pem')} < NAME.pem"
    return Problem(message, place=place, hint=hint)


def _known_keys(app: Sources, config: dict[str, tuple[str, Place]]) -> Iterator[Problem]:
    for key, allowed in customer_fields.section("config").items():
        if key in config:
            text, place = config[key]
            found = [*_wrong_hosts(text, place)] if key == "HOSTS" else []
            yield from found or (
                Problem(f"{key}: {wrong.message}", place=place, hint=f"write {allowed.write}")
                for wrong in allowed.errors(text)
            )
    routes = [name for name in app.features if name in ("ingress", "gateway")]
    if not routes or not app.customer.files:
        return
    text, place = config.get("HOSTS", ("", _without_hosts(app)))
    hosts = text.split(",") if text else []
    if any(map(_hosts.wrong, hosts)):
        return  # how many there are is known when they are right
    room = max([1, *(int(name[-1]) for name in app.features if name.startswith("hosts/") and name[-1].isdigit())])
    if not hosts and "HOSTS" not in config and (likely := near("HOSTS", config, alike=_TYPO)):
        message = f"HOSTS is missing, which {routes[0]} needs, and here is {likely}"
        yield Problem(message, place=config[likely][1], hint="did you mean HOSTS?")
    elif not hosts:
        yield Problem(f"HOSTS is missing, which {routes[0]} needs", place=place, hint="write HOSTS=app.example.com")
    elif len(hosts) != room:
        wanted = f"list components/hosts/{len(hosts)} after {routes[-1]} in kustomization.yaml"
        if not 2 <= len(hosts) <= 4:
            wanted = "delete components/hosts/N in kustomization.yaml" if len(hosts) == 1 else "write four at most"
        message = f"HOSTS has {count(len(hosts), 'host')}, and the components listed take {room}"
        yield Problem(message, place=place, hint=wanted)
    if len(set(hosts)) != len(hosts):
        yield Problem("HOSTS names a host twice", place=place, hint="delete one")


def _without_hosts(app: Sources) -> Place:
    """Return where HOSTS belongs: in the env file that there is, else in the kustomization."""
    files = (one.path for one in references.files(app.customer) if one.field == "envs" and one.inside)
    return Place(f"{app.customer.path}/{next(files, KUSTOMIZATION)}")


def _wrong_hosts(text: str, place: Place) -> Iterator[Problem]:
    for host in text.split(",") if text else ():
        if wrong := _hosts.wrong(host):
            yield Problem(f"HOSTS: the host {host[:100]!r} {wrong[0]}", place=place, hint=wrong[1])
