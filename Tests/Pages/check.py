#!/usr/bin/env python3
"""Whether the manual pages say all that the programs know, and are clean.

check.py PROGRAMS: PROGRAMS is the folder with jobd, jobctl and pages/, as make build leaves it. What must be in a page is
asked here in another way than where the pages are made: of the text of --help, of what jobd says about a key that it
does not know, of the interfaces that it serves, and of the lists of exit codes in its source.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path += [str(TOP / "Tests/Promises"), str(TOP / "packaging/pages")]
import interfaces  # noqa: E402

PAGES = ("jobctl.1", "jobd.8", "jobd.toml.5", "io.jobd.7")
# Each verb has them; the page says so once.
COMMON = {"--socket", "--version", "--help"}


def output(*command):
    """What a command prints, on both of its outputs."""
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def rendered(page):
    """A page as a terminal shows it: by section and subsection, without bold and underlining."""
    text = re.sub(".\b", "", output("mandoc", "-T", "ascii", "-O", "width=300", str(page)))
    sections, heading = {}, ""
    for line in text.splitlines():
        if re.match(r" {0,3}\S", line):
            heading = line.strip()
        sections[heading] = sections.get(heading, "") + line + "\n"
    return sections


def options(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def options_of_help(program, *verb):
    """The options that --help lists, with those of a verb that takes a command's words untouched."""
    listed = [line.split("  ")[1] for line in output(program, *verb, "--help").splitlines() if line.startswith("  -")]
    return options(" ".join(listed)) - COMMON


def verbs(program, *parent):
    """All verbs that --help lists, and those below them."""
    text = output(program, *parent, "--help")
    _, _, text = text.partition("SUBCOMMANDS:\n")
    for name in re.findall(r"^  ([a-z]+)(?:, [a-z]+)*(?: |$)", text, re.MULTILINE):
        below = list(verbs(program, *parent, name))
        yield from below or [(*parent, name)]


def missing_verbs(jobctl, page):
    sections, known = rendered(page), {}
    for verb in verbs(jobctl):
        name = " ".join(verb)
        known[name] = options_of_help(jobctl, *verb)
        if name not in sections:
            yield f"{page.name} has no section {name}"
            continue
        said = options(sections[name])
        like = re.search(r"The options are those of (\w+)(?:, except ([^.;]*))?", sections[name])
        if like:
            said |= known[like[1]] - options(like[2] or "")
        for option in sorted(known[name] - said):
            yield f"{page.name}, {name}: {option} is missing"


def missing_options(jobd, page):
    for option in sorted(options_of_help(jobd) - options(rendered(page)["OPTIONS"])):
        yield f"{page.name}: {option} is missing"


def missing_keys(jobd, page):
    """Keys that jobd would have taken instead of one that it does not know."""
    sections = rendered(page)
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        for table, heading in (("daemon", "[daemon]"), ("queues.a", "[queues.default]"), ("retention", "[retention]")):
            file.seek(0)
            file.truncate()
            file.write(f"[{table}]\nunknown = 1\n")
            file.flush()
            said = output(jobd, "--check-config", "--config", file.name)
            _, found, keys = said.partition(" has ")
            if not found:
                yield f"jobd no longer says which keys {table} has, but: {said}"
            for key in re.findall(r"\w+", keys.replace(" and ", " ")):
                if not re.search(rf"^ +{key} = ", sections[heading], re.MULTILINE):
                    yield f"{page.name}, {heading}: {key} is missing"


def missing_declarations(jobd, page):
    sections = rendered(page)
    text = "\n".join(sections.values())
    served = "\n".join(interfaces.served(jobd))
    for kind, name in re.findall(r"^(method|type|error) (\w+)", served, re.MULTILINE):
        if f"{kind.capitalize()} {name}" not in sections:
            yield f"{page.name}: {kind} {name} is missing"
    for field in sorted(set(re.findall(r"(\w+): [?\[\w]", re.sub("#.*", "", served)))):
        if not re.search(rf"\b{field}: ", text):
            yield f"{page.name}: the field {field} is missing"


def missing_codes(page, source):
    """Exit codes that the source has and the page has not."""
    section = rendered(page)["EXIT STATUS"]
    for name, code in re.findall(r"static let (\w+): Int32 = (\d+)$", (TOP / source).read_text(), re.MULTILINE):
        if not re.search(rf"\b{code}\b", section):
            yield f"{page.name}: the exit status {code} ({name}) is missing"


def missing_events(page, source):
    """Kinds of journal entries that the source has and the page has not."""
    section = rendered(page)["JOURNAL"]
    for name, identifier in re.findall(r'case (\w+) = "([0-9a-f]{32})"', (TOP / source).read_text()):
        word = re.sub("[A-Z]", lambda letter: "-" + letter[0].lower(), name)
        if not re.search(rf"\b{word} \({identifier}\)", section):
            yield f"{page.name}: the event {word} is missing"


def unclean(pages):
    for page in pages:
        text = output("mandoc", "-T", "lint", "-W", "warning", str(page))
        yield from (line for line in text.splitlines() if "mandoc.db" not in line)
        for name, section in re.findall(r"^\.Xr (\S+) (\d)", page.read_text(), re.MULTILINE):
            if "job" in name and not (page.parent / f"{name}.{section}").exists():
                yield f"{page.name}: there is no page {name}({section})"
        yield from (f"{page.name}: not filled in: {line}" for line in page.read_text().splitlines()
                    if re.fullmatch("@[A-Z]+@", line))


def main(programs):
    programs = pathlib.Path(programs).resolve()
    jobd, jobctl = str(programs / "jobd"), str(programs / "jobctl")
    pages = {name: programs / "pages" / name for name in PAGES}
    problems = [
        *unclean(pages.values()),
        *missing_verbs(jobctl, pages["jobctl.1"]),
        *missing_options(jobd, pages["jobd.8"]),
        *missing_keys(jobd, pages["jobd.toml.5"]),
        *missing_declarations(jobd, pages["io.jobd.7"]),
        *missing_codes(pages["jobctl.1"], "Sources/jobctl/ExitStatus.swift"),
        *missing_events(pages["jobd.8"], "Sources/JobDaemon/JournalEvent.swift"),
        *missing_codes(pages["jobd.8"], "Sources/JobDaemon/DaemonFailure.swift"),
    ]
    print("\n".join(problems) or f"the {len(pages)} manual pages are clean and lack nothing")
    sys.exit(bool(problems))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[2])
    main(sys.argv[1])
