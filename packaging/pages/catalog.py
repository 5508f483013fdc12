"""The events of the journal as mdoc(7), read from the catalog that explains them."""

import re

import mdoc

ENTRY = re.compile(r"^# ([a-z-]+): (.*)\n-- ([0-9a-f]{32})$", re.MULTILINE)


def events(text):
    """An item for each, with its word, its id and what has happened."""
    return "\n".join(f".It Li {mdoc.exact(word)} Pq {identifier}\n{mdoc.lines_of(said)}"
                     for word, said, identifier in ENTRY.findall(text))
