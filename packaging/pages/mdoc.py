"""Text as mdoc(7) wants it."""

import re
import textwrap

SPECIAL = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"}


def exact(text):
    """Text that can be copied from the page into a shell: typographic characters stay what they are."""
    return protected("".join(SPECIAL.get(character, character) for character in text))


def words(text):
    """Prose. What stands there to be typed, such as --after, keeps its hyphens."""
    text = text.replace("\\", r"\e")
    return protected(re.sub(r"(?<![\w)])-{1,2}(?=[\w ])", lambda match: r"\-" * len(match[0]), text))


def protected(line):
    """A line that begins with a dot or an apostrophe is no macro."""
    return r"\&" + line if line.startswith((".", "'")) else line


def lines_of(text):
    """Prose with each sentence on a line of its own, so that its end is known to be one."""
    text = re.sub(r"(?<=[\w)\"])\. (?=[A-Z\"])", ".\n", " ".join(text.split()))
    wrapped = (line for sentence in text.split("\n") for line in textwrap.wrap(sentence, 76, break_on_hyphens=False))
    return "\n".join(words(line) for line in wrapped)


def literal(lines):
    return "\n".join([".Bd -literal -offset indent", *(exact(line) for line in lines), ".Ed"])


def paragraphs(text):
    """Text with empty lines between paragraphs; indented ones are shown as they are where a terminal has the room."""
    made = []
    for paragraph in re.split(r"\n{2,}", text.strip("\n")):
        lines = paragraph.split("\n")
        heading = lines.pop(0) if lines[0].isupper() else None
        if heading and heading.startswith("EXIT"):
            # A heading of its own would be one in each verb.
            made.append(".Pp\nExit status: " + lines_of(" ".join(lines)))
            continue
        if heading:
            made.append(f".Pp\n{heading.capitalize()}:")
        is_literal = lines and all(line.startswith("  ") and len(line) <= 78 for line in lines)
        made.append(literal(line[2:] for line in lines) if is_literal else ".Pp\n" + lines_of(" ".join(lines)))
    return "\n".join(made)
