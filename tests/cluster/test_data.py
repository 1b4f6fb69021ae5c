"""The cluster's data files fit together: settings, process lists, configuration, recipes, Go modules."""

from __future__ import annotations

import ipaddress
import shutil
from pathlib import Path

import pytest
import yaml

from tests.cluster import build, certificates, cgroups, cluster, configuration, engines, preflight, recipes
from tests.cluster.report import ClusterError
from tests.cluster.settings import HERE, REPOSITORY, Settings

PROCESS_LISTS = sorted(file.stem for file in (HERE / "config/processes").glob("*.yaml"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(HERE / "cluster.yaml", tmp_path)


def test_addresses_don_t_overlap(settings: Settings) -> None:
    network = settings.data["network"]
    pods, services = (ipaddress.ip_network(network[name]) for name in ("pods", "services"))
    single = [ipaddress.ip_address(network[name]) for name in ("host", "control", "ingress", "gateway")]
    single += [ipaddress.ip_address(node.address) for node in settings.nodes]
    assert len(set(single)) == len(single)
    assert not any(address in pods or address in services for address in single)
    assert not pods.overlaps(services)
    assert ipaddress.ip_address(network["api"]) == services[1]
    assert ipaddress.ip_address(network["dns"]) in services
    assert settings.control_plane.address == network["control"]
    ranges = [ipaddress.ip_network(node.pods) for node in settings.every_node]
    assert all(one.subnet_of(pods) for one in ranges)
    assert not any(a.overlaps(b) for a in ranges for b in ranges if a is not b)


@pytest.mark.parametrize("name", PROCESS_LISTS)
def test_process_lists_are_commands(settings: Settings, name: str) -> None:
    node = settings.nodes[0] if name == "node" else None
    found = configuration.processes(settings, name, node)
    assert found
    assert not [part for process in found for part in process.command if "${" in part]


def test_a_number_or_map_in_a_command_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes/odd.yaml").write_text("- {name: odd, command: [run, --port, 80]}")
    monkeypatch.setattr(configuration, "CONFIG", tmp_path)
    with pytest.raises(ClusterError, match=r"odd\.yaml: odd: put 80 into quotes"):
        configuration.processes(settings, "odd")


def test_configuration_is_filled_in(settings: Settings, tmp_path: Path) -> None:
    configuration.write(settings, "control", tmp_path / "control")
    configuration.write(settings, "node", tmp_path / "node", settings.nodes[1])
    files = {str(f.relative_to(tmp_path)): f.read_text() for f in tmp_path.rglob("*") if f.is_file()}
    assert not [name for name, text in files.items() if "${" in name + text]
    assert "node/registries/registry.example.com/hosts.toml" in files
    assert settings.nodes[1].pods in files["node/cni/10-bridge.conflist"]
    kubelet = yaml.safe_load(files["node/kubelet.yaml"])
    assert kubelet["clusterDomain"] == settings.data["domain"] != "cluster.local"


def test_an_unknown_name_is_an_error(settings: Settings) -> None:
    with pytest.raises(KeyError, match="nothing"):
        settings.render("${nothing}")


def test_every_configuration_file_of_the_processes_is_written(settings: Settings) -> None:
    """A path below run/config that a process is told must be one of config/control/ (or made by a module)."""
    made = {"htpasswd"}
    written = {file.name for file in (HERE / "config/control").iterdir()}
    for name in set(PROCESS_LISTS) - {"node"}:
        for process in configuration.processes(settings, name):
            for part in process.command:
                if f"{settings.run}/config/" in part:
                    assert part.rpartition("/")[2] in written | made


def test_every_tool_is_pinned_with_checksums() -> None:
    for tool in build.tools():
        assert (tool.source / "go.sum").stat().st_size > 100, tool.folder
        assert tool.packages or tool.files, tool.folder
        if tool.version:
            assert tool.module_version(tool.version["module"]).startswith("v")
        own = (tool.source / "main.go").exists()
        assert all(package.split("/")[0].count(".") or own for package in tool.packages)


def test_a_tool_s_key_follows_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = REPOSITORY / "tests/cluster/go/crane"
    shutil.copytree(source, tmp_path / "crane")
    monkeypatch.setattr(build, "REPOSITORY", tmp_path)
    tool = build.Tool("crane")
    before = tool.key
    assert tool.key == before
    (tmp_path / "crane/go.mod").write_text((source / "go.mod").read_text() + "\n")
    assert tool.key != before
    assert build.Tool("crane", rename={"crane": ["other"]}).key != tool.key


def test_kubernetes_version_is_the_one_built(settings: Settings) -> None:
    kubernetes = next(tool for tool in build.tools() if tool.name == "kubernetes")
    assert kubernetes.module_version("k8s.io/kubernetes") == f"v{settings.data['kubernetes']}"


def test_recipes_are_in_order(settings: Settings) -> None:
    known = recipes.load(settings)
    order = list(known)
    for name, recipe in known.items():
        assert recipe.references, name
        assert not recipe.base or order.index(recipe.base) < order.index(name)
        assert recipe.base or recipe.suite or not (recipe.packages or recipe.commands), f"{name} has no system"
        for source in recipe.copies.values():
            path = recipes.source_path(source)
            assert path.exists() or path.is_relative_to(settings.cache), f"{name} copies {source}"


def test_a_recipe_s_key_follows_its_files_and_its_base(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = tmp_path / "images"
    shutil.copytree(recipes.IMAGES, images)
    monkeypatch.setattr(recipes, "IMAGES", images)
    known = recipes.load(settings)
    before = {name: recipes.key(known, name) for name in known}
    script = images / "postgres/usr/local/bin/docker-entrypoint.sh"
    script.write_text(script.read_text() + "\n")
    (images / "python.yaml").write_text((images / "python.yaml").read_text().replace("libpq5", "libpq-dev"))
    known = recipes.load(settings)
    changed = {name for name in known if recipes.key(known, name) != before[name]}
    assert changed == {"postgres", "python", *(name for name in known if "python" in recipes.bases(known, name))}
    assert "nfs-client" in changed, "its base has one itself"


def test_every_image_of_the_manifests_has_a_recipe(settings: Settings) -> None:
    references = {reference for recipe in recipes.load(settings).values() for reference in recipe.references}
    for file in (HERE / "manifests").glob("*.yaml"):
        for document in yaml.safe_load_all(settings.render(file.read_text())):
            assert set(images_in(document)) <= references, file.name


def images_in(node: object) -> list[str]:
    """Every value of a key `image` of type string, however deep."""
    if isinstance(node, dict):
        own = [node["image"]] if isinstance(node.get("image"), str) else []
        return own + [image for value in node.values() for image in images_in(value)]
    return [image for value in node for image in images_in(value)] if isinstance(node, list) else []


def test_node_certificates_cover_their_addresses(settings: Settings) -> None:
    requests = {request.name: request for request in certificates.requests(settings)}
    for node in settings.every_node:
        assert requests[node.name].hosts == [node.name, node.address]


def test_cgroups_are_made_and_removed(settings: Settings, tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    for name in ("cpuset", "memory"):
        (root / name).mkdir(parents=True)
        (root / name / "cgroup.procs").touch()
    (root / "cpuset/cpuset.cpus").write_text("0-1")
    (root / "cpuset/cpuset.mems").write_text("0")
    cgroups.create(settings, root)
    assert (root / "cpuset/dh-node2/cpuset.cpus").read_text() == "0-1"
    assert len(cgroups.existing(settings, root)) == 6
    for group in cgroups.existing(settings, root):  # the kernel's files vanish with their cgroup; these don't
        for file in group.iterdir():
            file.unlink()
        (group / "pod").mkdir()
    assert cgroups.remove(settings, root) == []
    (root / "memory/dh-node1").mkdir()
    (root / "memory/dh-node1/busy").touch()
    assert cgroups.remove(settings, root, patience=0) == [root / "memory/dh-node1"]


def test_preflight_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "PROGRAMS", {"no-such-program": "some-package"})
    monkeypatch.setattr(preflight, "CONTROLLERS", {"no-such-controller"})
    monkeypatch.setattr(preflight.os, "geteuid", lambda: 1000)
    text = "\n".join(preflight.missing())
    for part in ("not root", "no-such-program not found; install some-package", "no-such-controller are missing"):
        assert part in text


def test_down_without_a_cluster_is_fine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.data, "link", "dh-none")
    monkeypatch.setitem(settings.data, "nodes", [{**settings.data["nodes"][0], "name": "none"}])
    assert cluster.down(settings) == 0
    assert not settings.run.exists()


def test_every_engine_is_made_of_something() -> None:
    borne = {tool.engine for tool in build.tools()} | {
        recipe.engine for recipe in recipes.load(Settings.load()).values()
    }
    borne |= {name for name in PROCESS_LISTS if name in engines.names()}
    assert borne - {""} == set(engines.names())


def test_an_engine_rests_on_engines_that_are_there() -> None:
    entries = [name.partition("/") for listed in engines.applied().values() for name in listed]
    needed = {rest for kind, _, rest in entries if kind == "engines"}
    assert needed
    assert needed <= set(engines.names())


def test_one_version_of_what_is_a_module_of_several_tools() -> None:
    """What an engine runs, and the kinds that every cluster has for it."""
    required = [line.split() for tool in build.tools() for line in (tool.source / "go.mod").read_text().splitlines()]
    for module in ("github.com/cloudnative-pg/cloudnative-pg", "github.com/prometheus-operator/prometheus-operator"):
        versions = [words[1] for words in required if words[:1] == [module]]
        assert len(versions) > 1
        assert len(set(versions)) == 1, module
