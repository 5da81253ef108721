"""NMEA 0183 logs to position and static rows.

`reader.NmeaReader` takes a stream of bytes and yields a `stsdetect.decode.batch.Batch` at a time. First
``places`` looks at the beginning of the log to decide where its receive times stand. A block of lines goes
through the modules in this order: ``sentences`` finds the sentences, ``receive_time`` (with
``gnss_sentences`` and ``stations``) finds when and by which station each was received, ``assembly`` joins
messages of several sentences, ``clocks`` gives those without a time that of a clock near them, ``payload``
and ``messages`` decode them, ``reports`` makes rows of them. ``pyais_fallback`` decodes the rare rest.

To read a receive time from another place in a log, add a name to `places.layout.PLACES` and a branch to
``receive_time.py``. The order of the places matters: the first credible time counts.
"""
