"""Prints what can be read of a damaged journal, row by row, until its pages end the process that reads them: `id` and
an event's id, `bad` and what does not verify. Exit code 0 if all of it was read."""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "simulators" / "judge"))
import lmdb  # noqa: E402
from store import LOGS, TABLES, Damaged, Store, take_row, unsealed  # noqa: E402


def say(text):
    print(text, flush=True)


def read_table(environment, transaction, table, store):
    database = environment.open_db(table.encode(), transaction, create=False)
    before = b""
    for key, value in transaction.cursor(database):
        if before and key <= before:
            raise lmdb.Error("keys do not rise")
        before = key
        try:
            take_row(store, table, key, unsealed(table, key, value))
        except (Damaged, struct.error, UnicodeDecodeError) as error:
            say(f"bad {table} {key.hex()}: {error}")
            continue
        if table not in LOGS:
            continue
        record = store.logs[LOGS.index(table)].pop()
        if record.type in store.types:
            say(f"id {record.id}")


def main():
    store = Store()
    failed = False
    with lmdb.open(sys.argv[1], max_dbs=32, readonly=True, lock=False, create=False) as environment:
        with environment.begin() as transaction:
            for table in TABLES:
                try:
                    read_table(environment, transaction, table, store)
                except lmdb.Error as error:
                    say(f"bad {table}: {error}")
                    failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
