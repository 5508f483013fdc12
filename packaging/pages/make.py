#!/usr/bin/env python3
"""make.py PROGRAMS FOLDER: the manual pages and completions, made from what the programs say themselves.

Each page is a *.in file beside this one, written by hand in mdoc(7); a line of it that holds only @OPTIONS@, @VERBS@,
@KEYS@, @INTERFACES@ or @EVENTS@ stands for what is made: from the programs' description of their command lines, from
the shipped configuration, from the journal's catalog, and from the interfaces that a jobd serves, started for this in a
folder of its own. So nothing in them can differ from the programs that they are installed with.
"""

import pathlib
import subprocess
import sys

import catalog
import command_line
import configuration
import interfaces

HERE = pathlib.Path(__file__).parent
TOP = HERE.parent.parent
# Where each shell looks for what completes the program %s, and what the file is called there.
SHELLS = {"bash": "%s", "zsh": "_%s", "fish": "%s.fish"}


def fill(template, made):
    """The template, with what was made where its name stands."""
    lines = []
    for line in template.splitlines():
        name = line.strip("@")
        lines.append(made[name]() if line == f"@{name}@" else line)
    return "\n".join(lines) + "\n"


def main(programs, folder):
    programs, folder = pathlib.Path(programs).resolve(), pathlib.Path(folder)
    jobctl, jobd = (command_line.read(programs / name) for name in ("jobctl", "jobd"))
    pages = {
        "jobctl.1": {"VERBS": lambda: command_line.verbs(jobctl), "OPTIONS": lambda: command_line.own_options(jobctl)},
        "jobd.8": {"OPTIONS": lambda: command_line.own_options(jobd),
                   "EVENTS": lambda: catalog.events((TOP / "systemd/jobd.catalog").read_text())},
        "jobd.toml.5": {"KEYS": lambda: configuration.sections((TOP / "config/jobd.toml").read_text())},
        "io.jobd.7": {"INTERFACES": lambda: interfaces.sections(interfaces.served(programs / "jobd"))},
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in pages.items():
        (folder / name).write_text(fill((HERE / f"{name}.in").read_text(), made))
    for program in ("jobctl", "jobd"):
        for shell, name in SHELLS.items():
            (folder / shell).mkdir(exist_ok=True)
            script = subprocess.run([programs / program, "--generate-completion-script", shell],
                                    stdout=subprocess.PIPE, check=True).stdout
            # The shell reads it in; nobody executes it.
            (folder / shell / (name % program)).write_bytes(script.removeprefix(b"#!/bin/bash\n"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__.splitlines()[0])
    main(sys.argv[1], sys.argv[2])
