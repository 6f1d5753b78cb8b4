"""The ledger's files, read with suspicion: what is damaged is refused, before anything is written over it."""

import csv
import io

from classicnets.checks import shown

CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


def read(path, columns, keys, numbers=()):
    """The rows of a CSV file, dicts of just these columns, by their keys: none where there is no file.

    ValueError, with the line, where the file is cut off or damaged, a key is there twice or a number is none.
    """
    if not path.exists():
        return {}
    text, table = _text(path), {}
    if not text.endswith("\n"):
        raise ValueError(f"{path.name}: expected a line break at its end; got {shown(text[-20:])}: it was cut off")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if reader.line_num > 1:
                row = _row(cells, columns, numbers)
                if table.setdefault(tuple(row[name] for name in keys), row) is not row:
                    raise ValueError(f"expected a row for each {', '.join(keys)}; got a second one of {cells[:4]}")
            elif cells != list(columns):
                raise ValueError(f"expected the columns {', '.join(columns)}; got {shown(cells)}")
    except (ValueError, csv.Error) as reason:
        raise ValueError(f"{path.name}, line {reader.line_num}: {reason}") from reason
    return table


def _row(cells, columns, numbers):
    if cells and cells[0].startswith(CONFLICT):
        raise ValueError(f"expected a row; got the mark of a merge conflict, {shown(cells[0])}")
    if len(cells) != len(columns):
        raise ValueError(f"expected {len(columns)} cells; got {len(cells)}: {shown(cells)}")
    row = dict(zip(columns, cells, strict=True))
    for name in numbers:
        try:
            float(row[name])
        except ValueError as reason:
            raise ValueError(f"{name}: expected a number; got {shown(row[name])}") from reason
    return row


def around(path, begin, end):
    """The text before and behind two marks and what is between; ValueError unless each is there once, in this order."""
    text = _text(path)
    before, *between = text.split(begin)
    parts = [part.split(end) for part in between]
    if len(parts) != 1 or len(parts[0]) != 2 or end in before:
        got = f"{text.count(begin)} and {text.count(end)} of them"
        raise ValueError(f"{path.name}: expected the marks {begin} and {end}, once each in this order; got {got}")
    return before, parts[0][1]


def shown_rows(path, header):
    """The first four cells of the rows of the table with this header, in Markdown, that have a number of ours."""
    lines = _text(path).splitlines() if path.exists() else []
    rows = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines if line.startswith("| ")]
    rows = [row for row in rows if len(row) == len(header) and row[0] not in (header[0], "---")]
    return {tuple(row[:4]) for row in rows if row[header.index("ours")] != "-"}


def _text(path):
    """What a file says, with the same line breaks on every system."""
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as reason:
        raise ValueError(f"{path.name}: expected text in UTF-8; got {reason}") from reason
