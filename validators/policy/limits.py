"""How much a customer's folder may hold, and a render may use: what goes over is refused, not processed.

Each limit is several times what the largest real app needs, and far below what hurts.
"""

FILE_BYTES = 256 << 10
"""Of one file. A sealed file of a Secret at Kubernetes' limit of 1 MiB would not fit; none should be that big in
git."""

FOLDER_BYTES = 2 << 20
"""Of all files of one customer folder."""

FOLDER_FILES = 100
"""Of one customer folder, links and folders counted."""

FOLDER_DEPTH = 4
"""Folders inside a customer folder."""

NAME_LENGTH = 100
"""Of a file's name, in characters."""

YAML_DEPTH = 24
"""Nested mappings and lists; a pod's deepest field is at 13."""

YAML_NODES = 20_000
FOLDER_NODES = 50_000
"""Of all YAML files of one folder: what comes after is not read."""

SCALAR_LENGTH = 64 << 10
KEY_LENGTH = 253

SHARED_BYTES = 4 << 10
"""Up to this size the YAML of equal files is read once for all apps: more would fill the memory."""

LIST_ITEMS = 100
"""Of a list in a customer's kustomization: what comes after is not read, and was too much before."""

PATCH_VALUES = 5_000
"""That all patches of a customer write together, counted for each pod that they are for."""

ENVIRONMENT_LINES = 2_000
"""Of all env files that a customer's generators name, counted each time that they are named."""

CONFIG_BYTES = 1 << 20
"""Of what all of a customer's generators read, counted each time: one ConfigMap may hold as much."""

GUESSED_LENGTH = 40
"""Characters of a word for which a similar one is looked for."""

TEXT_LENGTH = 600
"""Characters of a message, and of a hint."""

FINDINGS = 20
"""Of one rule about one app: who has put these right sees the next. A last one says how many more there are."""

COUNTED = 100
"""Of those, that are looked for at all."""

FINDINGS_OF_OBJECTS = 10 * FINDINGS
"""Of one rule about all objects of an app."""

FETCH_BYTES = 32 << 20
"""Of a customer's repository at one commit, packed: sixteen times what an app's folder may hold."""

FETCH_OBJECTS = 10_000
"""Of git, in that commit; files in it, too."""

FETCH_MEMORY = 2 << 30
"""Address space of the git that unpacks it, in bytes."""

FETCH_SECONDS = 60
"""That a customer's git server may take for an answer."""

TREE_ENTRIES = 200_000
"""Files and folders of the platform's own repository."""

BATCH = 16
"""Overlays in one kustomize process: fewer waste its start, more take more memory than two processes may."""

RENDER_SECONDS = 30.0
RENDER_SECONDS_EACH = 2.0
"""Time for a kustomize process: the first, and the second for each overlay of its batch."""

RENDER_MEMORY = 2 << 30
"""Address space of a kustomize process in bytes: enough for an overlay of 10,000 objects, and far less than a few YAML
aliases would take. Go reserves some 1.2 GB that it never touches."""

RENDER_OUTPUT = 64 << 20
"""Bytes that a kustomize process may print."""
