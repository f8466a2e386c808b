#!/usr/bin/python3
"""Works out, from the file alone and by docs/formats.md, what has to come of a golden store: every event in it, and what
its open streams still owe. `expect.py FOLDER` writes expected.json beside data.mdb."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "simulators" / "judge"))
from store import read_store  # noqa: E402
from store_judge import is_of, link, stream_name  # noqa: E402


def delivery(store, stream, n, full, record):
    return {"stream": stream_name(store, stream), "n": str(n), "hash": full[:16].hex(), "id": record.id,
            "type": "io.chargehook." + store.types[record.type], "sequence": f"{record.sequence:020}"}


def pending(store, stream):
    records = {record.sequence: record for record in store.logs[stream.event_class]}
    for row in store.pend:
        if (row.endpoint, row.event_class, row.generation) == (stream.endpoint, stream.event_class, stream.generation):
            record = records[row.sequence]
            yield delivery(store, stream, row.n, link(row.before, row.n, record.id), record)


def owed(store, stream):
    n, full = stream.n, stream.hash
    yield from pending(store, stream)
    for record in store.logs[stream.event_class]:
        if record.sequence <= stream.cursor or not is_of(store, stream, record):
            continue
        n += 1
        full = link(full, n, record.id)
        yield delivery(store, stream, n, full, record)


def main():
    folder = pathlib.Path(sys.argv[1])
    store = read_store(folder)
    expected = {"ids": [record.id for log in store.logs for record in log],
                "deliveries": [each for stream in store.streams if not stream.closed for each in owed(store, stream)]}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
