"""Get the CustomResourceDefinitions of the operators whose objects the library writes, into .tools/crds.

They come from the operators' own Go modules, pinned in packaging/go/crds; Go compares them with go.sum.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from build_tool import MODULES, TOOLS, SetupError, find_go

# Module: the definitions in it.
DEFINITIONS = {
    "github.com/bitnami/sealed-secrets": ["helm/sealed-secrets/crds/bitnami.com_sealedsecrets.yaml"],
    "github.com/cloudnative-pg/cloudnative-pg": ["config/crd/bases/postgresql.cnpg.io_clusters.yaml"],
    "github.com/prometheus-operator/prometheus-operator": [
        "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ],
    "sigs.k8s.io/gateway-api": ["config/crd/standard/gateway.networking.k8s.io_httproutes.yaml"],
}


def main() -> int:
    """Fill .tools/crds, or say in one line why not."""
    print("Getting the operators' CustomResourceDefinitions (about 10 s, once) ...", file=sys.stderr, flush=True)
    target = TOOLS / "crds"
    target.mkdir(parents=True, exist_ok=True)
    try:
        for module, paths in DEFINITIONS.items():
            folder = _download(module)
            for path in paths:
                shutil.copyfile(folder / path, target / Path(path).name)
    except (SetupError, OSError) as error:
        print(f"set-up: {error}", file=sys.stderr)
        return 2
    return 0


def _download(module: str) -> Path:
    """Return the folder of a module's source, its checksum compared. Raises SetupError."""
    go_mod = (MODULES / "crds" / "go.mod").read_text()
    needed = re.search(r"^go (\S+)$", go_mod, re.M)
    command = [find_go(needed[1] if needed else "1.24"), "mod", "download", "-C", MODULES / "crds", "-json", module]
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": f"{os.environ.get('GOFLAGS', '')} -mod=mod"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    report = json.loads(done.stdout) if done.stdout.strip() else {"Error": done.stderr.strip()}
    if "Error" in report or "Dir" not in report:
        raise SetupError(f"go could not get {module}: {report.get('Error')}; behind a proxy, set GOPROXY")
    return Path(report["Dir"])


if __name__ == "__main__":
    sys.exit(main())
