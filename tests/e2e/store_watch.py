"""Looks into the journal whenever the gateway is down: with a reader of its own, against what came before."""
import shutil

import lmdb

import judge
from harness import Failure, require
from store import read_store
from store_judge import judge_store


class StoreWatch:
    def __init__(self, depot, was_full=False):
        self.depot = depot
        self.was_full = was_full
        self.copy = depot.folder / "store-copy"
        self.earlier = None
        self.looks = 0

    def look(self):
        """Call with the gateway dead. Fails with the list of violations if there is one."""
        self.copy.mkdir(exist_ok=True)
        shutil.copy(self.depot.state / "journal" / "data.mdb", self.copy)
        try:
            store = read_store(self.copy)
        except lmdb.Error as error:
            raise Failure(f"the journal cannot be read at look {self.looks}: {error}") from None
        told = [line for line in self.depot.told() if line["what"] == "told"]
        taken = [line for line in self.depot.received() if judge.is_taken(line)]
        judgement = judge_store(store, self.earlier, told, taken, was_full=self.was_full)
        require(not judgement.violations, f"the journal after look {self.looks}:\n{judgement.report()}")
        self.earlier = store
        self.looks += 1

    def report(self):
        print(f"  looked {self.looks:,} times into the journal: all is well", flush=True)
