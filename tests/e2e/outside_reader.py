#!/usr/bin/python3
"""Reads a journal as somebody's tool would that opens the file beside a gateway: begins a transaction, says so, and
reads under it until it is ended.

    outside_reader.py JOURNAL
"""
import sys
import time

import lmdb


def main():
    with lmdb.open(sys.argv[1], readonly=True, create=False, max_dbs=32) as environment:
        log = environment.open_db(b"log0", create=False)
        with environment.begin(db=log) as transaction:
            print("reads", flush=True)
            while True:
                for _ in transaction.cursor():
                    pass
                time.sleep(0.01)


if __name__ == "__main__":
    main()
