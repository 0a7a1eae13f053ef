"""Hydrometers that post over HTTP: iSpindel, GravityMon, the Tilt app, and whatever sends the way Brewfather's stream
takes it.

A process of its own, off unless somebody starts it: it takes small JSON objects and forms from the cellar's WiFi and
publishes them to the broker, where `kind = "topic"` hears them like any other hydrometer. It reads nothing and knows no
tank.
"""
