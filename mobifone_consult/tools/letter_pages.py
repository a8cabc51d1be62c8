"""Where the list of a letter breaks over pages.

An unpatched wkhtmltopdf, as Debian and Ubuntu ship it, neither repeats a table's head nor keeps its rows whole. So the
list is cut into pages here, by an estimate of its height that is rather too high: each page gets a head of its own.
"""

from math import ceil

# Points: an A4 page without its margins; a line of the list, what is around it in a row, and the head of the list.
PAGE, LINE, AROUND, HEAD = 728, 13.1, 5, 48
# Width of the list's columns in em, in their order, and whether words are broken in them.
COLUMNS = ((9, True), (10, False), (5.4, True), (6.7, True), (9, True), (9, True), (4.8, False))


def width(text: str) -> float:
    """How wide `text` is set, in em."""
    return sum(0.73 if letter.isupper() else 0.5 if letter.isdigit() else 0.46 for letter in text)


def lines(text: str, room: float, *, breaks: bool) -> int:
    """In how many lines of `room` em `text` is set."""
    if breaks:
        return max(1, ceil(width(text) / room))
    count, left = 1, room
    for word in text.split():
        needed = width(word)
        if needed > left and left < room:
            count, left = count + 1, room
        # A word longer than a line is broken.
        more = max(0, ceil(needed / room) - 1)
        count, left = count + more, left - needed + more * room - 0.25
    return count


def height(row: tuple) -> float:
    """Height of a row of texts, in points."""
    return AROUND + LINE * max(lines(text, room, breaks=b) for text, (room, b) in zip(row, COLUMNS, strict=True))


def cut(rows: list, above: float) -> list:
    """The rows as a list of pages.

    :param rows: tuples of texts
    :param above: points that stand above the list on the first page
    """
    pages, room = [[]], PAGE - above - HEAD
    for row in rows:
        needed = height(row)
        if needed > room and pages[-1]:
            pages.append([])
            room = PAGE - HEAD
        pages[-1].append(row)
        room -= needed
    return pages if rows else []
