"""Words and codes that tables have for ship type, navigational status and class, as those of M.1371.

`ship_types` reads the codes of M.1371, the four-digit codes of the US Coast Guard and the words of public and
commercial tables. A word counts only as a whole word, and what is not known stays null: a ship without a type
is better than one with the wrong type.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from stsdetect.decode.tables.convert import as_number, as_text, convert_distinct

NAV_STATUS_WORDS: dict[str, int] = {
    "under way using engine": 0, "underway using engine": 0, "under way": 0, "underway": 0,
    "under way by engine": 0, "underway by engine": 0, "at anchor": 1, "anchored": 1, "not under command": 2,
    "restricted maneuverability": 3, "restricted manoeuvrability": 3, "restricted manoeuverability": 3,
    "restricted in her ability to manoeuvre": 3, "constrained by her draught": 4, "constrained by draught": 4,
    "constrained by her draft": 4, "constrained by draft": 4, "moored": 5, "aground": 6,
    "engaged in fishing": 7, "fishing": 7, "under way sailing": 8, "underway sailing": 8, "sailing": 8,
    "reserved for future amendment hsc": 9,
    "reserved for future amendment of navigational status for hsc": 9,
    "reserved for future amendment of navigational status for dg": 9,
    "reserved for future amendment wig": 10,
    "reserved for future amendment of navigational status for wig": 10,
    "power driven vessel towing astern": 11,
    "power driven vessel pushing ahead or towing alongside": 12, "ais sart active": 14, "ais sart": 14,
}  # fmt: skip
"""Navigational statuses of M.1371 (table 45) by their words, as `plain_words` writes them."""

SHIP_TYPE_WORDS: dict[str, int] = {
    "wig": 20, "wing in ground": 20, "fishing": 30, "towing": 31, "towing long wide": 32, "dredging": 33,
    "dredging or underwater ops": 33, "diving": 34, "diving ops": 34, "military": 35, "military ops": 35,
    "sailing": 36,
    "pleasure": 37, "pleasure craft": 37, "hsc": 40, "high speed craft": 40, "pilot": 50, "pilot vessel": 50,
    "sar": 51, "search and rescue": 51, "search and rescue vessel": 51, "tug": 52, "port tender": 53,
    "anti pollution": 54, "anti pollution equipment": 54, "law enforcement": 55, "medical": 58,
    "medical transport": 58, "not party to conflict": 59, "noncombatant ship": 59, "passenger": 60,
    "cargo": 70, "tanker": 80, "other": 90,
}  # fmt: skip
"""Ship types of M.1371 (table 53) by their words, as `plain_words` writes them."""

COAST_GUARD_TYPES: dict[int, int] = {
    1001: 30, 1002: 30, 1003: 70, 1004: 70, 1005: 90, 1006: 90, 1007: 90, 1008: 90, 1009: 90, 1010: 90,
    1011: 90, 1012: 60, 1013: 60, 1014: 60, 1015: 60, 1016: 70, 1017: 80, 1018: 90, 1019: 37, 1020: 90,
    1021: 51, 1022: 90, 1023: 31, 1024: 80, 1025: 52,
}  # fmt: skip
"""Ship type of M.1371 by the code of the US Coast Guard, which tables of NOAA had until 2017: commercial
fishing (1001), fish processing, freight barge, freight ship, industrial (1005), miscellaneous, drilling unit,
not a vessel (1008, 1009), offshore supply (1010), oil recovery, passenger (1012 to 1015), public freight,
public tankship (1017), public, recreational, research (1020), aircraft, school ship, tank barge (with its
tow), tank ship (1024), towing (1025).
"""

CLASS_WORDS: dict[str, str] = {
    "a": "A", "b": "B", "class a": "A", "class b": "B", "base station": "base", "aton": "aton",
    "aid to navigation": "aton", "sar airborne": "sar", "sar aircraft": "sar", "ais sart": "sar",
}  # fmt: skip

# The first rule with a word of the text decides, so the narrower ones come first.
_TYPE_RULES: tuple[tuple[int, str], ...] = (
    (55, "law enforcement|police|patrol|customs|coast ?guard"),
    (35, "military|naval|navy|warship|war ship|frigate|corvette|destroyer|submarine"),
    (51, "search and rescue|sar|rescue|lifeboat"),
    (50, "pilot|pilotage"),
    (58, "medical|hospital"),
    (54, "pollution|oil recovery"),
    (33, "dredg(?:er|ers|ing)"),
    (34, "diving|dive"),
    (70, "fish carriers?|reefers?|refrigerated"),
    (30,
     "fishing|fish factory|fish processing|trawl(?:er|ers|ing)|longlin(?:er|ers|es|ing)|seiners?"
     "|purse seines?|gillnet(?:s|ter|ters)?|jigger|trollers|pots and traps|whaler"),
    (52, "tugs?|tugboats?|pusher|pushtow|push tow|towboat"),
    (31, "tow|towing"),
    (40, "hsc|high speed(?: craft| ferry)?|hydrofoil|hovercraft|fast ferry"),
    (60, "passengers?|ferry|ro ?pax|cruise|cruiser ship"),
    (80,
     "tankers?|tank|tankship|tank ship|lng|lpg|cng|gas carrier|bunker(?:ing|ed)?|bunkers|crude oil"
     "|oil products?|products? carrier|chemical|chemicals|asphalt|bitumen|f ?p ?so|fso|shuttle tanker"),
    (70,
     "cargo|containers?|containerships?|bulk|bulkers?|ore carrier|vehicles? carrier|car carrier"
     "|ro ?ro|roll on|livestock|heavy (?:load|lift)|cement|wood ?chips?|timber|multi ?purpose"
     "|freight|freighters?|pallet"
     "|open hatch|self discharging|aggregates? carrier|limestone carrier|deck cargo"),
    (36, "sailing|sail|sailboat"),
    (37, "yachts?|pleasure|recreational|motor yacht"),
    (53, "port tender|tender"),
    (90,
     "other|offshore|supply|standby|stand by|research|survey|crane|cable|pipe|icebreaker|buoy|training|school"
     "|drill(?:ing)?|drillship|platform|jack ?up|utility|work ?(?:boat|vessel|ship)|wind ?farm"
     "|crew ?boat|seismic|landing craft|pontoon|hopper|mooring|fire ?fighting|motor hopper"
     "|exhibition|salvage|well stimulation"),
)  # fmt: skip
_HAN_RULES: tuple[tuple[int, str], ...] = (
    (30, "渔"),
    (52, "拖船|拖轮|顶推"),
    (33, "挖泥|疏浚"),
    (80, "油轮|油船|化学品|液化|成品油|原油|加油|供油"),
    (60, "客"),
    (70, "货|散装|散货|集装箱|杂货|滚装"),
)
_COMBINED = r"\b(?:ore (?:bulk )?oil|bulk oil|obo)\b"
"""Combination carriers load either, so they are neither."""
_UNKNOWN = (
    r"^(?:not available|not available default|default|no ship|unspecified|unspecified ships?"
    r"|undefined|unknown|none|not defined|not specified|reserved.*|spare.*|inland unknown|null"
    r"|vessel|ship|all)$"
)
_LEADING_CODE = r"^\s*(\d{1,4})\s*[-:.=]\s*[^\d\s]"
_TRAILING_CODE = r"^[^\d]*\((\d{1,4})\)\s*$"
_MAX_TYPE = 255
_SENTINEL = -1.0
_FEW_VALUES = 4


def plain_words(text: pl.Series) -> pl.Series:
    """Lower-case words with one blank between them.

    Examples
    --------
    >>> plain_words(pl.Series([" Power-driven vessel  towing_astern"])).to_list()
    ['power driven vessel towing astern']
    """
    return text.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()


def ship_types(column: pl.Series, words: Mapping[str, int]) -> tuple[pl.Series, pl.Series]:
    """Ship types of M.1371 of a column, and where it has a value that is not understood.

    Parameters
    ----------
    column : polars.Series
        Codes or words, shape (n,).
    words : mapping
        Further words, in lower case, to codes.

    Returns
    -------
    code : polars.Series of Float64
        Shape (n,); null for "not available" (0, and -1 of some tables), and for what is not understood.
    lost : polars.Series of Boolean
        Shape (n,).

    Examples
    --------
    >>> code, lost = ship_types(pl.Series(["Crude Oil Tanker", "1024", "0", "81", "Starship"]), {})
    >>> code.to_list(), lost.to_list()
    ([80.0, 80.0, None, 81.0, None], [False, False, False, False, True])
    """
    return _read_codes(column, lambda values: _type_codes(values, words))


def nav_statuses(column: pl.Series, words: Mapping[str, int]) -> tuple[pl.Series, pl.Series]:
    """Navigational statuses 0 to 14 of a column, and where it has a value that is not understood.

    Returns
    -------
    code : polars.Series of Float64
        Shape (n,); null for "not defined" (15, and -1, -99 or 99 of some tables), and for what is not
        understood.
    lost : polars.Series of Boolean
        Shape (n,).
    """
    if column.dtype.is_numeric():
        column = column.fill_nan(None) if column.dtype.is_float() else column
        code = _status_numbers(as_number(column))
        return code.set(code == _SENTINEL, None), code.is_null() & column.is_not_null()
    return _read_codes(column, lambda values: _status_codes(values, words))


def classes(column: pl.Series, words: Mapping[str, str]) -> tuple[pl.Series, pl.Series]:
    """``ais_class`` of a column, and where it has a value that is not understood."""
    values = column.unique()
    text = as_text(values)
    code = plain_words(text).replace_strict(dict(words), default=None, return_dtype=pl.String)
    lost = (text.is_not_null() & code.is_null() & ~plain_words(text).str.contains(_UNKNOWN)).fill_null(
        value=False
    )
    code = _by_value(column, values, code)
    if not lost.any():
        return code, _none_of(column)
    return code, column.is_in(values.filter(lost).implode()).fill_null(value=False)


def _by_value(column: pl.Series, values: pl.Series, code: pl.Series) -> pl.Series:
    """The code of each value; a few values are faster compared than looked up."""
    if values.dtype == code.dtype and values.equals(code):
        return column
    known = [pair for pair in zip(values.to_list(), code.to_list(), strict=True) if None not in pair]
    if values.len() > _FEW_VALUES or not known:
        return column.replace_strict(values, code, return_dtype=code.dtype)
    found = pl.coalesce(pl.when(pl.lit(column) == v).then(pl.lit(c, code.dtype)) for v, c in known)
    return pl.select(found).to_series()


def _none_of(column: pl.Series) -> pl.Series:
    return pl.Series([False]).new_from_index(0, column.len())


def _read_codes(column: pl.Series, convert) -> tuple[pl.Series, pl.Series]:  # type: ignore[no-untyped-def]
    column = column.fill_nan(None) if column.dtype.is_float() else column
    code = convert_distinct(column, convert)
    lost = code.is_null() & column.is_not_null()
    if column.dtype == pl.String and lost.any():
        lost &= as_text(column).is_not_null()
    return code.set(code == _SENTINEL, None), lost


def _type_codes(values: pl.Series, words: Mapping[str, int]) -> pl.Series:
    number, text = _number_and_words(values)
    number = number.replace(list(COAST_GUARD_TYPES), list(COAST_GUARD_TYPES.values()))
    number = number.set((number == 0) | (number == -1), _SENTINEL)
    number = number.set((number > _MAX_TYPE) | ((number < 0) & (number != _SENTINEL)), None)
    number = number.set(number != number.floor(), None)
    known = text.replace_strict({**SHIP_TYPE_WORDS, **words}, default=None, return_dtype=pl.Float64)
    left = (number.is_null() & known.is_null() & text.str.contains(r"\p{L}")).arg_true()
    if left.len():
        rules = pl.DataFrame({"text": text.gather(left)}).select(_first_rule(pl.col("text"))).to_series()
        known = known.scatter(left, rules)
    return number.fill_null(known)


def _status_codes(values: pl.Series, words: Mapping[str, int]) -> pl.Series:
    number, text = _number_and_words(values)
    number = _status_numbers(number)
    known = text.replace_strict({**NAV_STATUS_WORDS, **words}, default=None, return_dtype=pl.Float64)
    known = known.set(text.str.contains(_UNKNOWN).fill_null(value=False) & known.is_null(), _SENTINEL)
    return number.fill_null(known)


def _status_numbers(number: pl.Series) -> pl.Series:
    number = number.set(number.is_in([15.0, 99.0, -99.0]), _SENTINEL)
    valid = number.is_between(_SENTINEL, 14) & (number == number.floor())
    return number if valid.all() else number.set(~valid, None)


def _number_and_words(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Code of each value, written alone or beside its word ("80 - Tanker"), and its words."""
    if values.dtype.is_numeric():
        return as_number(values), pl.Series([""]).new_from_index(0, values.len())
    text = values.cast(pl.String)
    number = as_number(text)
    for pattern in (_LEADING_CODE, _TRAILING_CODE):
        number = number.fill_null(text.str.extract(pattern).cast(pl.Float64, strict=False))
    return number, plain_words(text).fill_null("")


def _first_rule(text: pl.Expr) -> pl.Expr:
    code = pl.when(text.str.contains(_UNKNOWN)).then(_SENTINEL).when(text.str.contains(_COMBINED)).then(None)
    for value, pattern in _TYPE_RULES:
        code = code.when(text.str.contains(rf"\b(?:{pattern})\b")).then(float(value))
    for value, pattern in _HAN_RULES:
        code = code.when(text.str.contains(pattern)).then(float(value))
    return code.otherwise(None).cast(pl.Float64)
