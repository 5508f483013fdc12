"""The keys of the configuration as mdoc(7), read from the shipped file with all its comments."""

import re

import mdoc

SETTING = re.compile(r'#?("?[A-Za-z_]+"?) = (.*)')
TABLE = re.compile(r"#?(\[[^\]]+\])$")


def blocks(text):
    """What stands between empty lines: the comment, and the lines of settings or of a table under it."""
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = block.split("\n")
        comment = [line[1:].strip() for line in lines if line == "#" or line.startswith("# ")]
        yield comment, [line for line in lines if line and line != "#" and not line.startswith("# ")]


def sections(text):
    """A section for each table, with its keys."""
    made, is_open = [], False

    def close():
        nonlocal is_open
        if is_open:
            made.append(".El")
        is_open = False

    for comment, lines in list(blocks(text))[1:]:  # The first says how to read the file.
        said = mdoc.lines_of(" ".join(comment))
        table = next((TABLE.match(line)[1] for line in lines if TABLE.match(line)), None)
        if table:
            close()
            made.append(f".Ss {table}\\&")
            if said:
                made.append(said)
        settings = [SETTING.match(line).groups() for line in lines if SETTING.match(line)]
        if settings and not is_open:
            made.append(".Bl -tag -width Ds")
            is_open = True
        for index, (key, value) in enumerate(settings):
            made.append(f".It Ic {mdoc.exact(key)} No = Li {mdoc.exact(value)}")
            if index == len(settings) - 1 and said and not table:
                made.append(said)
    close()
    return "\n".join(made)
