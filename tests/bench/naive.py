"""kubernetes-validate as one process: check the files whose names come on standard input, as they come."""

import sys

from kubernetes_validate import validate_file


def main() -> int:
    """Return 1 if any file is refused. `sys.argv[1]` is the version of Kubernetes."""
    code = 0
    for line in sys.stdin:
        code |= validate_file(line.rstrip("\n"), sys.argv[1], strict=True, quiet=True, no_warn=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
