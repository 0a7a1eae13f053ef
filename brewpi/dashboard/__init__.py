"""The whiteboard: a separate process and pure MQTT client; it knows nothing of control or store.

`model.py` keeps what was heard, `cards.py` and `chart.py` draw it (all pure), `users.py` knows who may act,
`actions.py` makes commands; `pages.py` to look at, `acting.py` to act and `web.py`, the server, know nicegui.
"""
