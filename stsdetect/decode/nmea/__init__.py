"""NMEA 0183 logs to position and static rows.

`reader.NmeaReader` takes a stream of bytes and yields a `stsdetect.decode.batch.Batch` at a time. A block of
lines goes through the modules in this order: ``sentences`` finds the sentences, ``receive_time`` (with
``gnss_sentences`` and ``stations``) finds when and by which station each was received, ``assembly`` joins
messages of several sentences, ``payload`` and ``messages`` decode them, ``reports`` makes rows of them.
``pyais_fallback`` decodes the rare rest; ``base_station_clock`` is the last resort for a receive time.

To read a receive time from another place in a log, add a function to ``receive_time.py`` and a name to
`receive_time.TIME_KINDS`. The order of the places matters: the first valid time counts.
"""
