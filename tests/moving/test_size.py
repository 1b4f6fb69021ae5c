"""What an import takes for data of some size: MOVING_MIB=1024 for the figures of docs/moving-in.md."""

from __future__ import annotations

import os
import resource
import time

from .conftest import Move

MIB = int(os.environ.get("MOVING_MIB", "32"))


def test_nothing_of_its_size_is_held_or_stored_on_the_way(move: Move) -> None:
    """Half is rows of random text, half is files of half a megabyte that don't compress."""
    series = f"generate_series(1, {MIB} * 512 * 32)"
    move.vm("CREATE VIEW many AS SELECT id / 32 AS page FROM SERIES AS id".replace("SERIES", series))
    move.vm("INSERT INTO note (text) SELECT string_agg(md5(random()::text), '') FROM many GROUP BY page")
    move.vm("DROP VIEW many")
    for number in range(MIB):
        (move.files / f"photos/{number}.bin").write_bytes(os.urandom(512 << 10))
    start = time.monotonic()
    code, out, err = move.run()
    seconds = time.monotonic() - start
    assert code == 0, err
    start = time.monotonic()
    assert move.run("ONLY=media")[0] == 0
    again = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"{MIB} MiB: {seconds:.0f} s, the second pass of the files {again:.0f} s, {peak} MiB at the most\n{out}")
    assert peak < 200
