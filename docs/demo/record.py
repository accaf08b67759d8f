"""Turns a terminal's output into an SVG: text and colours, nothing that moves.

    record.py TITLE COMMAND < OUTPUT > FILE.svg
"""

import html
import re
import sys

COLOURS = {"30": "#555", "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "35": "#d2a8ff", "36": "#76e3ea", "37": "#c9d1d9"}
COLUMN, LINE, MARGIN = 8.4, 18, 14
WIDEST = 116


def spans(line):
    """The pieces of a line with their styles, without the escapes."""
    colour, is_bold = None, False
    for text, codes in re.findall(r"([^\x1b]*)(?:\x1b\[([0-9;]*)m)?", line):
        if text:
            yield text, colour, is_bold
        for code in codes.split(";") if codes else []:
            if code in ("0", "39", ""):
                colour, is_bold = (None, False) if code != "39" else (None, is_bold)
            elif code == "1":
                is_bold = True
            elif code in COLOURS or (len(code) == 2 and code[0] == "9"):
                colour = COLOURS.get(code if code in COLOURS else "3" + code[1])


def drawn(number, line):
    pieces = []
    for text, colour, is_bold in spans(line):
        style = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if is_bold else "")
        pieces.append(f"<tspan{style}>{html.escape(text)}</tspan>")
    y = MARGIN + 22 + LINE * (number + 1)
    return f'<text x="{MARGIN}" y="{y}" xml:space="preserve">{"".join(pieces)}</text>'


def cut(line):
    """Long lines end in dots, as no terminal is endless."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
    return line if len(plain) <= WIDEST else plain[: WIDEST - 3] + "..."


def main():
    title, command = sys.argv[1:3]
    lines = [f"\x1b[32m$\x1b[0m \x1b[1m{command}\x1b[0m"] + [cut(line) for line in sys.stdin.read().splitlines()]
    width, height = int(WIDEST * COLUMN + 2 * MARGIN), MARGIN * 2 + 22 + LINE * len(lines)
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" role="img" aria-label="{html.escape(title)}">')
    print(f"<title>{html.escape(title)}</title>")
    print('<rect width="100%" height="100%" rx="8" fill="#0d1117"/>')
    for at, colour in enumerate(("#ff5f56", "#ffbd2e", "#27c93f")):
        print(f'<circle cx="{MARGIN + 6 + 18 * at}" cy="18" r="6" fill="{colour}"/>')
    print('<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#c9d1d9">')
    for number, line in enumerate(lines):
        print(drawn(number, line))
    print("</g>\n</svg>")


main()
