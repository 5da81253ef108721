"""Keys of version 0.1 under their current names: refused in a user's file, translated in a run folder."""

from __future__ import annotations

from typing import Any

from stsdetect.errors import ParamError

TABLES = {"lone": "solo_stops"}

KEYS = {
    "tracks": {
        "min_stale_way_m": "tracks.min_stale_distance_m",
        "max_line_hole_s": "tracks.max_line_interval_s",
        "max_interp_hole_s": "tracks.max_interp_interval_s",
    },
    "reception": {
        "slot_s": "reception.bin_s",
        "window_slots": "reception.window_bins",
        "max_still_silence_h": "reception.max_rest_gap_h",
        "max_still_kn": "reception.max_rest_sog_kn",
        "prior_slots": "reception.prior_ship_bins",
        "known_slots": "reception.known_ship_bins",
        "shifts": "reception.regime_log_odds",
        "min_shift_share": "reception.min_regime_share",
        "max_outage_break_slots": "reception.max_outage_break_bins",
        "max_rest_heard": "reception.max_rest_received_ratio",
    },
    "gaps": {
        "cadence_shifts": "gaps.cadence_log_odds",
        "max_still_move_m": "gaps.max_rest_move_m",
        "min_hole_h": "gaps.min_dropout_h",
        "long_to_short_holes": "gaps.long_to_short_dropouts",
        "min_hole_log_lr": "gaps.min_dropout_log_lr",
        "max_hole_log_lr": "gaps.max_dropout_log_lr",
        "usual_hole_slope": "gaps.baseline_dropout_slope",
        "usual_holes": "gaps.baseline_dropouts",
        "max_hole_share": "gaps.max_dropout_share",
        "usual_slack_share": "gaps.baseline_slack_share",
        "usual_change_share": "gaps.baseline_change_share",
        "min_draught_change_m": "draught.min_change_m",
        "draught_window_h": "draught.window_h",
    },
    "loitering": {
        "max_hole_h": "loitering.max_interval_h",
        "max_hole_in_place_h": "loitering.max_interval_in_place_h",
    },
    "encounters": {
        "max_silence_h": "encounters.max_pair_gap_h",
        "draught_window_h": "draught.encounter_window_h",
    },
    "dark": {
        "place_grid": "dark.rendezvous_grid",
        "place_zooms": "dark.rendezvous_zooms",
        "usual_stop_h": "dark.typical_stop_h",
        "min_draught_change_m": "draught.min_change_m",
        "draught_window_h": "draught.window_h",
    },
    "solo_stops": {
        "min_draught_change_m": "draught.min_change_m",
        "draught_window_h": "draught.window_h",
    },
    "score": {
        "silence_window_h": "score.gap_window_h",
        "silence_cap_nat": "score.gap_cap_nat",
        "shared_number_nat": "score.shared_mmsi_nat",
        "open_silence_share": "score.open_gap_share",
        "min_draught_change_m": "draught.min_change_m",
    },
}
"""Table (by its name now) to key of 0.1 to ``table.key`` now."""


def renamed_keys(data: dict[str, Any]) -> list[str]:
    """``old is now new`` for each table and key of `data` that 0.1 had under another name.

    Examples
    --------
    >>> renamed_keys({"gaps": {"min_hole_h": 1.0}})
    ['gaps.min_hole_h is now gaps.min_dropout_h']
    """
    found = [f"[{old}] is now [{new}]" for old, new in TABLES.items() if old in data]
    for table, values in data.items():
        known = KEYS.get(TABLES.get(table, table), {})
        keys = values if isinstance(values, dict) else {}
        found += [f"{table}.{key} is now {known[key]}" for key in keys if key in known]
    return found


def current_names(data: dict[str, Any]) -> dict[str, Any]:
    """Parameters as in ``run.json``, with every table and key of 0.1 under its current name.

    Parameters
    ----------
    data : dict
        Table to key to value; not modified.

    Returns
    -------
    dict
        The same values; current names are left as they are.

    Raises
    ------
    ParamError
        If keys of 0.1 that have become one key have different values.

    Examples
    --------
    >>> current_names({"gaps": {"min_hole_h": 1.0, "draught_window_h": 6.0}})
    {'gaps': {'min_dropout_h': 1.0}, 'draught': {'window_h': 6.0}}
    """
    out: dict[str, Any] = {}
    for table, values in data.items():
        now = TABLES.get(table, table)
        if not isinstance(values, dict):
            out[now] = values
            continue
        out.setdefault(now, {})
        for key, value in values.items():
            new_table, new_key = KEYS.get(now, {}).get(key, f"{now}.{key}").split(".")
            part = out.setdefault(new_table, {})
            if part.setdefault(new_key, value) != value:
                raise ParamError(
                    f"{table}.{key} = {value!r} of version 0.1 is now {new_table}.{new_key}, which another "
                    f"key of 0.1 sets to {part[new_key]!r}. Give the parameters to use with --params."
                )
    return out
