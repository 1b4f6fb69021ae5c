"""From a git tree to YAML whose every value knows its line."""
