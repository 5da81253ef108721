"""Tables of positions (CSV, JSON, Parquet) to position and static rows.

``files`` reads a file into frames of bounded size, `reader.TableReader` converts them and yields a
`stsdetect.decode.batch.Batch` per frame. ``convert`` has the units and nulls. To add a kind of table, add a
row to ``profiles.py`` (names of columns, units, order of day and month); nothing else needs to change.
"""
