"""The whiteboard: a separate process and pure MQTT client; it knows nothing of control or store.

`feed/` keeps what tanks say. `views/` shows it: `language.py` reads the catalogues in `locale/`; `units.py`,
`formatting.py` and `sentences.py` say things in the reader's language, units and time, the others are pages and
their parts. `actions/` makes commands, asks whether they are meant and shows the answer; `auth/` knows who may look and
who may act. `web.py` serves, `server.py` starts it from the command line, `installable.py` makes an app of it.
"""
