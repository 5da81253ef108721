"""A few values of every type of Arrow, none of which is what a field of a table of positions needs."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import numpy as np
import pyarrow as pa

N = 4


def junk_arrays() -> dict[str, pa.Array]:
    """An array of `N` values by the name of its type."""
    day = dt.date(2024, 5, 1)
    out: dict[str, pa.Array] = {
        "null": pa.nulls(N),
        "bool": pa.array([True, False, None, True]),
        "int8": pa.array([-128, 127, 0, None], pa.int8()),
        "int64": pa.array([-(2**63), 2**63 - 1, 0, None]),
        "uint64": pa.array([2**64 - 1, 2**63, 0, None], pa.uint64()),
        "float16": pa.array(np.array([np.nan, np.inf, -np.inf, 65504], np.float16)),
        "float32": pa.array(np.array([np.nan, np.inf, -np.inf, 3e38], np.float32)),
        "float64": pa.array([1e308, -1e308, float("nan"), 5e-324]),
        "string": pa.array(["", "\0", "x" * 10_000, "\ufeff\u202e"]),
        "large_string": pa.array(["1e999", "-0", "NaN", "0x1F"], pa.large_string()),
        "string_view": pa.array(["12", "^lat$", "*", "a.b"], pa.string_view()),
        "binary": pa.array([b"\xff\xfe", b"", b"\x00" * 9_000, None]),
        "large_binary": pa.array([b"ABC", b"\xc3\x28", None, b"7"], pa.large_binary()),
        "binary_view": pa.array([b"ABC", b"\xff" * 100, None, b"7"], pa.binary_view()),
        "fixed_binary": pa.array([b"\xff\xff", b"ab", None, b"12"], pa.binary(2)),
        "decimal128": pa.array([decimal.Decimal("9" * 38), decimal.Decimal(-1), None, decimal.Decimal(0)]),
        "decimal256": pa.array([decimal.Decimal("9" * 70), decimal.Decimal(1), None, decimal.Decimal(-1)]),
        "date32": pa.array([2**31 - 1, -(2**31), 0, None], pa.int32()).cast(pa.date32()),
        "date64": pa.array([day, day, None, day], pa.date64()),
        "time32": pa.array([0, 86_399, None, 1], pa.time32("s")),
        "time64": pa.array([0, 86_399_999_999, None, 1], pa.time64("us")),
        "duration": pa.array([2**62, -(2**62), 0, None], pa.duration("us")),
        "interval": pa.array([(1, 2, 3), (0, 0, 0), None, (-1, -2, -3)], pa.month_day_nano_interval()),
        "list": pa.array([[30.1], [], None, [1.0, 2.0]]),
        "large_list": pa.array([["a"], [], None, ["b"]], pa.large_list(pa.string())),
        "fixed_list": pa.array([[1.0, 2.0], [3.0, 4.0], None, [5.0, 6.0]], pa.list_(pa.float64(), 2)),
        "list_of_lists": pa.array([[[1]], [[]], None, [[2], [3]]]),
        "struct": pa.array([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}, None, {"a": None, "b": None}]),
        "struct_of_struct": pa.array([{"a": {"b": {"c": 1}}}] * N),
        "map": pa.array([[("a", 1)], [], None, [("b", 2)]], pa.map_(pa.string(), pa.int64())),
        "dictionary": pa.array(["x", "y", None, "x"]).dictionary_encode(),
        "dictionary_of_numbers": pa.array([7, 8, None, 7]).dictionary_encode(),
        "dictionary_of_bytes": pa.array([b"\xff", b"a", None, b"a"]).dictionary_encode(),
        "run_end": pa.RunEndEncodedArray.from_arrays(pa.array([2, N], pa.int32()), pa.array(["x", None])),
        "union": pa.UnionArray.from_sparse(
            pa.array([0, 1, 0, 1], pa.int8()), [pa.array([1, 2, 3, 4]), pa.array(["a", "b", "c", "d"])]
        ),
        "uuid": pa.array([b"\x00" * 16] * N, pa.uuid()) if hasattr(pa, "uuid") else pa.nulls(N),
    }
    for unit in ("s", "ms", "us", "ns"):
        extreme = pa.array([-(2**62), 2**62, 0, None])
        out[f"timestamp[{unit}]"] = extreme.cast(pa.timestamp(unit))
        out[f"timestamp[{unit}, zone]"] = extreme.cast(pa.timestamp(unit, "America/New_York"))
    return out


def rows() -> dict[str, Any]:
    """A table of `N` good rows with static columns."""
    return {
        "mmsi": [412_000_001 + k for k in range(N)],
        "time": [f"2024-05-01T00:0{k}:00Z" for k in range(N)],
        "lat": [30.0 + k for k in range(N)],
        "lon": [122.0 + k for k in range(N)],
    }
