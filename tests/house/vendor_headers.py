#!/usr/bin/python3
"""Fails if a vendor's header is included by more files than the house allows. A library that one file knows can be
replaced, wrapped and mistrusted in one place."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("gateway", "adapters", "rules", "config")
MOST_FILES = {  # header or folder of headers: how many files may include it
    "httplib.h": 0,  # the baseline of a bench uses it
    "lmdb.h": 1,
    "mqtt/": 2,
    "modbus.h": 1,
    "modbus/": 1,
    "yaml-cpp/": 1,
    "boost/beast/websocket.hpp": 0,
    "boost/beast/websocket/stream.hpp": 1,  # a template; two .cpp files make it for plain and for TLS sockets
    "boost/beast/websocket/ssl.hpp": 1,
}
INCLUDE = re.compile(r'^\s*#\s*include\s*<([^>]+)>', re.MULTILINE)


def users_of(vendor, includes):
    return sorted(str(path.relative_to(TOP)) for path, names in includes.items()
                  if any(name.startswith(vendor) for name in names))


def main():
    sources = [path for folder in FOLDERS for path in (TOP / folder).rglob("*.[ch]pp")]
    if not sources:
        sys.exit(f"no sources below {TOP}")
    includes = {path: INCLUDE.findall(path.read_text(encoding="utf-8")) for path in sources}
    wrong = [(vendor, most, users) for vendor, most in MOST_FILES.items()
             if len(users := users_of(vendor, includes)) > most]
    for vendor, most, users in wrong:
        print(f"<{vendor}> may be included by {most} file(s), but is by:", *users, sep="\n  ")
    print(f"{len(sources)} files looked at")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
