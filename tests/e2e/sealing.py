"""The examples' sealed values, sealed again: theirs are for a cluster that isn't this one."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.cluster import processes, registry
from tests.cluster.settings import REPOSITORY, Settings
from validators.authoring.seal import DATABASE

# A password as bad as they get: everything that a URL or a shell would take for its own.
PASSWORD = "p@ss/w:rd%2F+ #?&=$HOME'\"\\ü"
API_TOKEN = "token-of-the-tests"


class Sealer:
    """`make seal` for an app of a working copy, with the cluster's certificate."""

    def __init__(self, settings: Settings, root: Path, certificate: Path) -> None:
        self.settings, self.root, self.certificate = settings, root, certificate

    def seal(self, customer: str, app: str, secret: str, key: str, value: str, kind: str = "") -> None:
        """Seal one value, as an adopter does it, for a Secret of that type."""
        command = [self.settings.variables()["python"], "-m", "validators", "seal", f"--root={self.root}"]
        command += [f"--customer={customer}", f"--app={app}", f"--secret={secret}", f"--key={key}", f"--type={kind}"]
        environment = {"PATH": self.settings.path, "PYTHONPATH": str(REPOSITORY)}
        processes.run([*command, f"--cert={self.certificate}"], stdin=value, env=environment)

    def seal_again(self, customer: str, app: str) -> None:
        """Seal every value of the app's files for this cluster."""
        for zone in ("customers", "ungleich"):
            for file in sorted((self.root / "overlays" / zone / customer / app).glob("*.yaml")):
                for document in list(yaml.safe_load_all(file.read_text())):
                    if isinstance(document, dict) and document.get("kind") == "SealedSecret":
                        name = document["metadata"]["name"]
                        for key in document["spec"]["encryptedData"]:
                            self.seal(customer, app, name, key, self.value(name, key))

    def value(self, secret: str, key: str) -> str:
        """What is behind a key: the pull secret where one is wanted, the worst password for the database."""
        if key == ".dockerconfigjson":
            return registry.pull_secret(self.settings)
        if secret == DATABASE:
            return PASSWORD
        return API_TOKEN if key == "API_TOKEN" else f"value-of-{secret}-{key}"


def fetch_certificate(settings: Settings, target: Path) -> Path:
    """Write the controller's certificate, as `kubeseal --fetch-cert` prints it; raises processes.CommandError."""
    command = ["kubeseal", f"--kubeconfig={settings.kubeconfig}", "--fetch-cert"]
    target.write_text(processes.run(command, env=settings.environment))
    return target
