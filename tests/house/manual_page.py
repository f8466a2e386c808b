"""The manual page names each command, each option and each exit code that --help names.

    manual_page.py PROGRAM
"""
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "debian" / "chargehook.8"
USAGE_ERROR = "64"


def help_of(program, words):
    return subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True).stdout


def commands_of(program, words=()):
    """(words, help) of each command and the commands below it."""
    text = help_of(program, words)
    yield words, text
    _, _, below = text.partition("Subcommands:\n")
    for name in re.findall(r"^  (\w+) ", below, re.MULTILINE):
        yield from commands_of(program, (*words, name))


def missing(program):
    page = PAGE.read_text(encoding="utf-8")
    items = set(re.findall(r"^\.It (?:Cm )?(.*)$", page, re.MULTILINE))
    options = {name for item in items for name in re.findall(r"(?:Fl )+(\w+)", item)}
    named = {item for item in items if re.fullmatch(r"[a-z ]+|\d+", item)}
    for words, text in commands_of(program):
        if "Subcommands:" not in text and " ".join(words) not in named:
            yield f"the command {' '.join(words)}"
        for option in re.findall(r"--(\w+)", text.partition("exit code:")[0]):
            if option not in options:
                yield f"--{option} of {' '.join(words) or 'the program'}"
        for code in re.findall(r"(?:[:,]\s+)(\d+)\b", text.partition("exit code")[2]):
            if code not in named:
                yield f"exit code {code} of {' '.join(words)}"
    if USAGE_ERROR not in named:
        yield f"exit code {USAGE_ERROR}"


def main():
    lacks = sorted(set(missing(sys.argv[1])))
    for each in lacks:
        print(f"{PAGE.name} does not name {each}")
    sys.exit(1 if lacks else 0)


if __name__ == "__main__":
    main()
