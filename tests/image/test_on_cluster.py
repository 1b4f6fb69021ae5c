"""check-image on images that don't run as they should, and on good ones; and what is left of it."""

from __future__ import annotations

import re
import signal
import subprocess
import time

import pytest

from tests.cluster.kubernetes import Kubernetes
from tests.e2e import check_image
from tests.e2e.figures import Figures
from tests.e2e.wait import eventually
from tests.image.trials import Trials, cases, judge
from validators.image.scene import LABEL

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.test_cluster("the images are pushed to its registry"),
]
CASES = cases("starts")


@pytest.mark.parametrize("name", CASES)
def test_verdict(name: str, trials: Trials, figures: Figures) -> None:
    judge(trials, name, figures)


def test_an_interruption_leaves_nothing(trials: Trials, kubernetes: Kubernetes) -> None:
    command = check_image.command(f"--image={trials.push('example')}")
    environment = check_image.environment(trials.settings)
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    lines = iter(process.stderr)
    [namespace] = re.findall(r"namespace (\S+)", next(line for line in lines if "namespace" in line))
    assert any("/init" in line for line in lines)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert time.monotonic() - start < 100
    assert namespace not in kubernetes.kubectl("get", "namespaces", "--output=name")


def test_nothing_is_left(trials: Trials, kubernetes: Kubernetes) -> None:
    made = {re.findall(r"namespace (\S+)", started.result().stderr)[0] for started in trials.started.values()}
    assert made
    for attempt in eventually(60):
        with attempt:
            found = kubernetes.get("namespaces", f"--selector={LABEL}")["items"]
            assert not made & {one["metadata"]["name"] for one in found}
