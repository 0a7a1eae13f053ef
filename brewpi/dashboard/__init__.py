"""The whiteboard: a separate process and pure MQTT client; it knows nothing of control or store.

`heard.py` reads what a tank says, `model.py` keeps it, `words.py` says it in the reader's units and time. Pure views of
it: `cards.py` (whiteboard), `details.py`, `promises.py` and `chart.py` (one tank), `schedule.py`, `scores.py`;
`drawn.py` draws each once for everybody. `users.py` knows who may act, `actions.py` makes commands; `pages.py` to look
at, `acting.py` to act and `web.py`, the server, know nicegui.
"""
