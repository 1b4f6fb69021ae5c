"""Where this repository has its zones: what tests copy from it, and write into copies of it."""

from pathlib import Path

from validators.sources.zones import on_disk

OURS = on_disk(Path(__file__).resolve().parents[1])
PLATFORM, LIBRARY = OURS.platform, OURS.library
