"""Whether the apps answer: ArgoCD has deployed them, their site's rollout is done, and its health page comes by the way that
visitors take."""

import http.client
import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from ..image.kubectl import ARGOCD, Kubectl
from ..sources.rings import moment

_SITE = "--selector=app.kubernetes.io/name=web"
_SECONDS = 10
_AT_ONCE = 20


class Answer(NamedTuple):
    """What an app says. `why` it doesn't answer, empty where it does; `made`: when its Deployment was, None without one."""

    app: str
    why: str
    made: datetime | None = None


@dataclass(frozen=True)
class Way:
    """How visitors come: to `address` (host or host:port) in place of what DNS says, with certificates of `authority`."""

    address: str = ""
    authority: str | None = None

    def ask(self, host: str, path: str) -> str:
        """Return why the page at https://<host><path> doesn't come; empty where it does."""
        connection = _Connection(host, self)
        try:
            connection.request("GET", quote(path, safe="/?&=%:@+,;~!$'()*"), headers={"Host": host})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return f"https://{host}{path}: {error or type(error).__name__}"
        finally:
            connection.close()
        return "" if 200 <= status < 400 else f"https://{host}{path}: {status}"


class _Connection(http.client.HTTPSConnection):
    """A connection to one address that asks for the certificate of a host name."""

    def __init__(self, host: str, way: Way) -> None:
        self._tls = ssl.create_default_context(cafile=way.authority)
        name, _, port = (
            way.address.rpartition(":") if way.address.endswith(tuple("0123456789")) else (way.address, "", "")
        )
        self._to = (name.strip("[]") or host, int(port or 443)) if way.address else (host, 443)
        super().__init__(host, timeout=_SECONDS, context=self._tls)

    def connect(self) -> None:
        """Open the connection with the host's name, not the address, in the handshake."""
        self.sock = self._tls.wrap_socket(socket.create_connection(self._to, _SECONDS), server_hostname=self.host)


def ask(names: Iterable[str], way: Way) -> dict[str, Answer]:
    """Return what each app answers. Raises ClusterProblem where the cluster can't be asked."""
    found = Kubectl("default").get("deployments.apps", "--all-namespaces", _SITE)["items"]
    sites = {one["metadata"]["namespace"]: one for one in found if one["metadata"]["name"] == "web"}
    synced = {one["metadata"]["name"]: one for one in Kubectl(ARGOCD).get("applications.argoproj.io")["items"]}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(
            lambda name: _answer(name, *(all_.get(_space(name)) for all_ in (sites, synced)), way), sorted(names)
        )
        return {answer.app: answer for answer in answers}


def _space(app: str) -> str:
    """Return the app's namespace, which its Application is called like, too."""
    return app.replace("/", "-")


def _answer(app: str, site: dict[str, Any] | None, application: dict[str, Any] | None, way: Way) -> Answer:
    if site is None:
        return Answer(app, "has no Deployment web in the cluster")
    made = moment(site["metadata"]["creationTimestamp"])
    page = _page(site)
    why = _not_deployed(application) or _not_rolled_out(site) or (way.ask(*page) if page else "")
    return Answer(app, why, made)


def _not_deployed(application: dict[str, Any] | None) -> str:
    """Return why ArgoCD hasn't deployed what git says: the old pods go on serving where /init fails."""
    if application is None:
        return "has no Application"
    status = application.get("status", {})
    sync, state = status.get("sync", {}).get("status"), status.get("operationState", {})
    if sync == "Synced" and state.get("phase", "Succeeded") == "Succeeded":
        return ""
    return f"ArgoCD: {sync}, {state.get('phase', 'never synced')}: {state.get('message', 'no operation yet')}"


def _not_rolled_out(site: dict[str, Any]) -> str:
    """Return why the site's pods aren't all of the newest release and ready: the old ones go on serving till then."""
    status, wanted = site.get("status", {}), site["spec"].get("replicas", 1)
    if status.get("observedGeneration", 0) < site["metadata"].get("generation", 0):
        return "Deployment web: its rollout hasn't begun"
    ready = min(status.get("updatedReplicas", 0), status.get("availableReplicas", 0))
    return (
        "" if ready >= wanted else f"Deployment web: {ready} of {wanted} pods are of the newest release and available"
    )


def _page(site: dict[str, Any]) -> tuple[str, str] | None:
    """Return host and path of the health page: what the readiness probe asks for."""
    [container, *_] = site["spec"]["template"]["spec"]["containers"]
    probe = container.get("readinessProbe", {}).get("httpGet") or {}
    hosts = [header["value"] for header in probe.get("httpHeaders", []) if header["name"].lower() == "host"]
    return (hosts[0], probe.get("path", "/")) if hosts else None
