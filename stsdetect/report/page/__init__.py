"""The HTML report: a map, a list of events and a card for each, in one file that needs no network.

In: the tables of a run (`run_tables` looks rows up by event and ship). `event_cards` gathers the data of each
card, `card_plots` draws its pictures, `map_layers` makes the lines of the map, and `report_page` fills the
templates. Out: HTML. Wording is in ``templates/`` and `display_format` and may be changed freely; but every
text must go through the template's escaping, and the page's policy forbids style and script in attributes.
"""
