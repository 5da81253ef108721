"""Places in the text around a sentence where loggers write its receive time.

``text_times`` finds times in plain text, ``json_times`` in JSON envelopes; ``survey`` looks at the beginning
of a log and decides which places to believe.
"""
