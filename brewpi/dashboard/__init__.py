"""The whiteboard: a separate process and pure MQTT client; it knows nothing of control or store.

`heard.py` reads what a tank says, `model.py` keeps it, `words.py` says it in the reader's units and time. Pure views of
it: `cards.py` (whiteboard), `details.py`, `promises.py` and `chart.py` (one tank), `schedule.py`, `scores.py`;
`drawn.py` draws each once for everybody. `pages.py` (with `look.py` and `wall.py`) puts them before a browser, `web.py`
serves, `server.py` starts it from the command line, `metrics.py` is for Prometheus. To act: `users.py`, `sessions.py`
and `patience.py` know who may, `entrance.py`, `guard.py` and `sockets.py` who gets in and how far, `actions.py` makes
commands, `acting.py`, `panel.py` and `dialogs.py` ask for them.
"""
