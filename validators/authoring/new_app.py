"""A new app, made from the two template folders."""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

from ..policy import app_file, clock, names
from ..policy.components import CUSTOMER_ORDER, ORDER, STATES
from ..sources import cluster
from ..sources.cluster import ROUTES
from ..sources.tree import Tree
from ..sources.zones import OVERLAYS, TEMPLATE, on_disk
from . import app_folders, scaffold

STORAGES = ("none", "rwo", "one-node", "nfs", "cephfs")
DATABASES = ("standalone", "cnpg", "external")
_CHOSEN = (
    "sealed-secrets",
    "private-registry",
    "async",
    "async-container",
    "scheduler",
    "valkey",
    "tenant",
    "sizing",
    "nfs-server",
    *ROUTES,
    *STATES,
)
_GRANT = "/sizing"
"""What the platform lists to grant a component of the customer's, and comes with it."""
FURTHER = tuple(
    name
    for name in ORDER
    if name not in _CHOSEN and not name.startswith(("storage/", "postgres/", "hosts/")) and not name.endswith(_GRANT)
)
"""The components that have no choice of their own, aren't there in any case, and aren't listed by `make seal`."""
_PROBES = "/spec/template/spec/containers/0"
_HEALTH = "# Where the app says that it is up: answers without a login.\n"
_BROKER = """\
# The broker is VALKEY_BROKER_URL. This older name is read by Celery's command itself, before your settings: so it is empty.
BROKER_URL=
"""


@dataclass(frozen=True)
class App:
    """What a new app is made of, checked."""

    customer: str
    name: str
    namespace: str
    image: names.Image
    hosts: list[str]
    worker: bool
    storage: str
    database: str
    scheduler: bool
    valkey: bool
    route: str
    health: str
    further: tuple[str, ...]
    app_file: str
    """The text of app.yaml's `spec`."""

    @property
    def listed(self) -> tuple[str, ...]:
        """The components that were asked for by name, Valkey among them."""
        return ("valkey", *self.further) if self.valkey else self.further


def choose(
    customer: str,
    name: str,
    image: str,
    host: str,
    *,
    worker: str = "",
    storage: str = "",
    database: str = "",
    scheduler: str = "",
    valkey: str = "",
    route: str = "",
    health: str = "",
    components: str = "",
    ring: str = "",
    repository: str = "",
) -> App:
    """Return the app that is asked for in words; an empty choice is its default. Raises NameProblem.

    host: up to four, comma separated, the main one first. worker, scheduler, valkey: "0" or "1". health:
    a path. components: of FURTHER, comma separated. repository: the address of the customer's own.
    The others: of STORAGES, DATABASES and ROUTES.
    """
    return App(
        customer=customer,
        name=name,
        namespace=names.namespace(customer, name),
        image=names.image(image),
        hosts=names.hosts(host),
        worker=_choice("ASYNC", worker, ("0", "1")) == "1",
        storage=_choice("STORAGE", storage, STORAGES),
        database=_choice("DATABASE", database, DATABASES),
        scheduler=_choice("SCHEDULER", scheduler, ("0", "1")) == "1",
        valkey=_choice("VALKEY", valkey, ("0", "1")) == "1",
        route=_choice("ROUTE", route, ROUTES),
        health=names.path("HEALTH", health or "/"),
        further=tuple(_choice("COMPONENTS", one, FURTHER) for one in components.split(",") if one),
        app_file=_app_file(ring or app_file.RING, repository),
    )


def usual_route(root: Path) -> str:
    """Return how visitors of a new app come in where nobody says: the cluster's. Raises TreeError."""
    return cluster.route(Tree(root).library)


def make(root: Path, app: App) -> tuple[Path, Path]:
    """Write the customer's and the platform's folder and return them.

    Raises NameProblem where another app has a name, TemplateProblem, TreeError or OSError.
    """
    app_folders.refuse_taken(root, app.customer, app.name, app.namespace, app.hosts)
    zones = on_disk(root)
    customer, platform = (root / path for path in zones.of(f"{app.customer}/{app.name}"))
    template = root / TEMPLATE
    with scaffold.new_folders(root / OVERLAYS, customer, platform) as (customer_draft, platform_draft):
        app_folders.write(customer_draft, _customer_files(template / "customer", app))
        app_folders.write(platform_draft, _platform_files(root, root / zones.template, app))
    return customer, platform


def next_steps(app: App, customer: Path, platform: Path) -> str:
    """Return what to do with a new app, as text for people."""
    seal = f"make seal CUSTOMER={app.customer} APP={app.name} CERT=cluster.pem"
    steps = []
    if app.database == "external":
        steps.append(f"Say where the database is: the lines marked EDIT in {platform}/database-secret.yaml")
        steps.append(f"Seal its password: {seal} SECRET=database-app KEY=password")
    if app.database == "standalone":
        steps.append(f"Seal the database's password: {seal} SECRET=database-app KEY=password GENERATE=1")
    if app.storage == "nfs":
        steps.append(f"Say where the NFS server is: the line marked EDIT in {platform}/media-volume.yaml")
    if "backup" in app.further:
        steps.append("Seal the backup's three keys, SECRET=backup: docs/backup.md")
    steps.append(f"Seal what the app keeps secret, key by key: {seal} SECRET=app KEY=SECRET_KEY GENERATE=1")
    if app.route == ROUTES[0]:
        steps.append(
            "Without Secret web-tls there is no HTTPS. By cert-manager: docs/cert-manager.md. Or seal a certificate: "
            f"{seal} SECRET=web-tls KEY=tls.crt < site.crt, and KEY=tls.key < site.key"
        )
    steps.append(f"Size it: {platform}/sizing.yaml")
    steps.append("Check it: make check")
    steps.append(f"Commit it: git add {customer} {platform} && git commit")
    lines = [f"Made {app.namespace}:", f"  {customer}  what runs", f"  {platform}  how big it is"]
    lines += [f"Visitors come in by component {app.route}.", "Next:"]
    return "\n".join(lines + [f"  {number}. {step}" for number, step in enumerate(steps, 1)])


def _customer_files(template: Path, app: App) -> dict[str, str]:
    files = app_folders.read(template)
    text = files["kustomization.yaml"]
    text = scaffold.set_marked(text, "newName:", f"newName: {scaffold.scalar(app.image.repository)}")
    text = scaffold.set_marked(text, "newTag:", scaffold.version(app.image))
    if app.worker:
        # A volume of one node is shared within a pod, never between two.
        text = scaffold.add_component(text, "async-container" if app.storage == "rwo" else "async")
    if app.scheduler:
        text = scaffold.add_component(text, "scheduler")
    if app.route != ROUTES[0]:
        text = scaffold.replace_component(text, ROUTES[0], app.route)
    if len(app.hosts) > 1:
        text = scaffold.add_component(text, f"hosts/{len(app.hosts)}")
    for one in app.further:
        text = scaffold.add_component(text, one) if one in CUSTOMER_ORDER else text
    if app.health != "/":
        files["web.yaml"] = _HEALTH + "".join(
            f"- {{op: replace, path: {_PROBES}/{probe}/httpGet/path, value: {scaffold.scalar(app.health)}}}\n"
            for probe in ("startupProbe", "readinessProbe")
        )
        text += "patches:\n  - path: web.yaml\n    target: {kind: Deployment, name: web}\n"
    files["kustomization.yaml"] = text
    hosts = re.compile(rf"^{scaffold.MARK}.*\nHOSTS=.*$", re.M)
    files["app.env"] = scaffold.replace_one(files["app.env"], hosts, f"HOSTS={','.join(app.hosts)}", "HOSTS=")
    if app.valkey:
        files["app.env"] += _BROKER
    return files


def _platform_files(root: Path, platform: Path, app: App) -> dict[str, str]:
    template = root / TEMPLATE
    files = app_folders.read(platform)
    text = files["kustomization.yaml"]
    text = scaffold.set_marked(text, "namespace:", f"namespace: {app.namespace}")
    text = scaffold.set_marked(text, "- ../../../customers/", f"- ../../../customers/{app.customer}/{app.name}")
    for label, name in zip(names.LABELS, (app.customer, app.name), strict=True):
        operation = scaffold.label_operation(label, name)
        text = scaffold.set_marked(text, scaffold.label_operation(label), operation)
    if app.storage != "none":
        text = scaffold.add_component(text, f"storage/{app.storage}")
    if app.storage == "nfs":
        files["media-volume.yaml"] = app_folders.nfs_volume(root, app.namespace)
        text = scaffold.add_resource(text, "media-volume.yaml")
    granted = [f"{one}{_GRANT}" for one in app.further if f"{one}{_GRANT}" in ORDER]
    for one in (*app.listed, *granted):
        text = scaffold.add_component(text, one) if one not in CUSTOMER_ORDER else text
    if app.database != "standalone":
        text = scaffold.replace_component(text, "postgres/standalone", f"postgres/{app.database}")
    if app.database == "cnpg":  # the operator makes the password
        del files["database-secret.yaml"]
        text = scaffold.replace_one(text, re.compile(r"^  - path: database-secret.yaml\n", re.M), "", "patches")
    if app.database == "external":
        files |= app_folders.read(template / "options" / "external")
    files["kustomization.yaml"] = text
    files["sizing.yaml"] = _sizing(files["sizing.yaml"], app, template / "options" / "sizing")
    files[app_file.NAME] = scaffold.replace_one(
        files[app_file.NAME], re.compile(r"^spec:\n(?: .*\n)+", re.M), app.app_file, "spec:"
    )
    return files


def _app_file(ring: str, repository: str) -> str:
    """Return the spec of app.yaml. Raises NameProblem."""
    spec = f"spec:\n  ring: {_value('RING', 'spec.ring', ring)}\n"
    if repository:
        url = _value("REPOSITORY", "spec.repository.url", repository)
        spec += f"  repository:\n    url: {url}\n    branch: main\n    promotion: auto\n"
    return spec


def _value(what: str, path: str, value: str) -> str:
    """Return a value for a field of app.yaml as YAML. Raises NameProblem where it can't be one."""
    names.ascii_only(what, value)
    field = app_file.fields()[path].field
    if any(field.errors(value)):
        raise names.NameProblem(f"{what} {value!r}", "can't be", f"write {field.write}")
    return scaffold.scalar(value)


def _sizing(text: str, app: App, options: Path) -> str:
    """Return the sizing of an app. `options`: the folder of further components' sizes, <component>.yaml."""
    if app.worker:
        text = scaffold.replace_one(text, re.compile(r"^    replicas: 0 #.*$", re.M), "    replicas: 1", "replicas: 0")
    if app.database == "cnpg":
        head = re.compile(r"^  database:$", re.M)
        text = scaffold.replace_one(text, head, "  database:\n    instances: 2", "database:")
    if app.database == "external":
        text = scaffold.drop_block(text, "database", indent=2)
    volume = options / "storage" / f"{app.storage}.yaml"
    if volume.is_file():
        text = with_volume(text, volume.read_text(encoding="utf-8"))
    for one in app.listed:
        sizes = options / f"{one}.yaml"
        if sizes.is_file():
            block = textwrap.indent(clock.filled(sizes.read_text(encoding="utf-8"), app.namespace), "  ")
            text = scaffold.replace_one(text, re.compile(r"^  media:$", re.M), f"{block}  media:", "media:")
    return text


def with_volume(text: str, sizes: str) -> str:
    """Return a sizing.yaml with what a storage needs beside the volume's size. Raises TemplateProblem without `media`."""
    block = textwrap.indent(sizes, "    ")
    return scaffold.replace_one(text, re.compile(r"^  media:\n", re.M), f"  media:\n{block}", "media:")


def _choice(what: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return `value`, or the first of `allowed` if it is empty. Raises NameProblem."""
    if value and value not in allowed:
        raise names.NameProblem(f"{what} {value!a}: write {', '.join(allowed[:-1])} or {allowed[-1]}")
    return value or allowed[0]
