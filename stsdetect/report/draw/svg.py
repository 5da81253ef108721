"""SVG elements whose text and attributes are escaped, since a name from a dump may hold markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from stsdetect.foreign_text import made_visible

SHIP_COLOURS = ("#0b6e8a", "#7a3fb0")
"""Of ship 1 and ship 2, in every picture and on the map."""

INK = "#243040"
FAINT = "#6a7686"


@dataclass(frozen=True)
class Picture:
    """A picture that a notebook displays.

    Attributes
    ----------
    svg : Markup
        An ``<svg>`` element.
    """

    svg: Markup = field(repr=False)

    def _repr_html_(self) -> str:
        return str(Markup('<div style="max-width:760px">{}</div>').format(self.svg))


def svg(width: float, height: float, label: str, parts: Iterable[Markup]) -> Markup:
    """A whole picture.

    Parameters
    ----------
    width, height : float
        Of the drawing area [px].
    label : str
        Text alternative for screen readers.
    parts : iterable of Markup
        Elements.

    Returns
    -------
    Markup
        An ``<svg>`` element.

    Examples
    --------
    >>> 'aria-label="&lt;b&gt;"' in svg(10.0, 5.0, "<b>", [])
    True
    """
    return element(
        "svg",
        Markup("").join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=label,
        font_family="system-ui, sans-serif",
        font_size=11,
    )


def text(
    x: float, y: float, content: str, *, anchor: str = "start", fill: str = INK, weight: str = "400"
) -> Markup:
    """A line of text.

    Examples
    --------
    >>> text(1.0, 2.0, "A & B")
    Markup('<text x="1" y="2" text-anchor="start" fill="#243040" font-weight="400">A &amp; B</text>')
    """
    return element("text", content, x=x, y=y, text_anchor=anchor, fill=fill, font_weight=weight)


def element(name: str, content: str | Markup = "", /, **attributes: str | float) -> Markup:
    """One element; underscores in attribute names become hyphens, and floats are rounded to a tenth.

    Examples
    --------
    >>> element("rect", x=1.26, fill='"red"')
    Markup('<rect x="1.3" fill="&#34;red&#34;"></rect>')
    """
    given = "".join(
        f' {key.replace("_", "-")}="{round(value, 1):g}"'
        if isinstance(value, float)
        else f' {key.replace("_", "-")}="{escape(_shown(value))}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{given}>{escape(_shown(content))}</{name}>")  # noqa: S704 - escaped above


def _shown(value: str | float) -> str | float:
    return made_visible(value) if type(value) is str else value
