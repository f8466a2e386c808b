#!/usr/bin/python3
"""An include of a module that LINKS does not name must not compile, and of one that it names must.

Takes the compile command of a real source of the module from compile_commands.json (first argument) and gives it a
source of one line instead."""
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
CASES = (  # folder of the module, header it includes, whether that is an arrow of the house
    ("gateway/model", "model/result.hpp", True),
    ("gateway/model", "journal/format/record.hpp", False),
    ("gateway/model", "core/core.hpp", False),
    ("gateway/journal", "journal/format/record.hpp", True),
    ("gateway/journal", "model/event.hpp", True),
    ("gateway/journal", "delivery/render.hpp", False),
    ("gateway/journal", "journal/io/lmdb_journal.hpp", False),
)


def command_for(folder, entries):
    """The command line of a source right in `folder`, without its source and output; None before there is one."""
    for entry in entries:
        if pathlib.Path(entry["file"]).parent == TOP / folder:
            words = shlex.split(entry["command"])
            return words[: words.index("-o")], entry["directory"]
    return None


def compiles(command, directory, header):
    with tempfile.TemporaryDirectory() as place:
        probe = pathlib.Path(place) / "probe.cpp"
        probe.write_text(f'#include "{header}"\n', encoding="utf-8")
        done = subprocess.run([*command, "-fsyntax-only", str(probe)], cwd=directory, capture_output=True, text=True)
    if done.returncode and "No such file" not in done.stderr and "file not found" not in done.stderr:
        sys.exit(f"{header} failed for another reason:\n{done.stderr}")
    return done.returncode == 0


def main():
    entries = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    wrong = []
    for folder, header, allowed in CASES:
        command = command_for(folder, entries)
        if command is None:
            sys.exit(f"no source in {folder} to take a compile command from")
        verdict = compiles(*command, header)
        print(f"{folder} includes {header}: {'compiles' if verdict else 'does not compile'}")
        if verdict != allowed:
            wrong.append(header)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
