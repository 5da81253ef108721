"""Encounters: two received vessels whose hulls lay alongside each other, or nearly.

In: POINTS (put on common instants as RESAMPLED), SEGMENTS, IDENTITY and STATIC. Out: CONTACTS, one row per
pair and instant, and ENCOUNTERS, one row per spell. `find.find_encounters` does all of it on frames in
memory; the pipeline calls `contacts.contact_blocks` per slab of time, `find.pair_encounters` per bucket of
pairs and `groups.link_encounters` once.

Each module holds one step, and every threshold is in `EncounterParams`. What can be changed with little risk:
a geometry category is one row of ``readings`` in `geometry_category`, the first that fits counts; a statistic
of a spell is one expression in `spell_statistics` and one column in the schema of ENCOUNTERS. The contact
model was trained on these columns: after changing how one is computed, train it again.
"""
