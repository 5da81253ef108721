"""Sensors other than AIS: so far, when imaging satellites typically pass over an event.

In: time and place of an event. Out: windows and an area to request. To add a sensor, add a row to
`passes.SENSORS`; nothing else. Rooms for detections from space and for radio interference belong here.
"""
