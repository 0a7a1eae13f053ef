"""Runs with the Python of a Home Assistant, not with ours: its core and its MQTT integration, set up as a user does it,
in the config flow. Speaks lines of JSON: what it is asked on standard input, what it answers on standard output.

    {"do": "states"}                                             every state, by entity id
    {"do": "call", "service": "number.set_value", "data": {...}} a service
    {"do": "devices"}                                            every device with its area and its entities
    {"do": "view", "file": "view.yaml"}                          of a Lovelace view: its entities, its texts rendered
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

import yaml
from homeassistant import bootstrap, config_entries, core, loader
from homeassistant.helpers import area_registry, device_registry, entity_registry, template


def named(card: dict[str, Any]) -> list[str]:
    """The entities of a card."""
    listed = [one["entity"] if isinstance(one, dict) else one for one in card.get("entities", [])]
    return listed + ([card["entity"]] if "entity" in card else [])


async def main(folder: str, port: int, http_port: int) -> None:
    Path(folder, "configuration.yaml").touch()
    hass = core.HomeAssistant(folder)
    hass.config.config_dir = folder
    loader.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    settings = {
        "homeassistant": {"name": "Test", "latitude": 52.5, "longitude": 13.4, "elevation": 30, "unit_system": "metric",
                          "time_zone": "Europe/Berlin"},
        "http": {"server_port": http_port, "server_host": "127.0.0.1"},
    }  # fmt: skip
    if await bootstrap.async_from_config_dict(settings, hass) is None:
        raise SystemExit("Home Assistant does not start")
    await hass.async_start()
    flow = await hass.config_entries.flow.async_init("mqtt", context={"source": "user"})
    flow = await hass.config_entries.flow.async_configure(flow["flow_id"], {"broker": "127.0.0.1", "port": port})
    if str(flow["type"]) != "create_entry":
        raise SystemExit(f"the broker is refused: {flow}")
    print(json.dumps({"ready": True}), flush=True)
    while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        answer: object = None
        if asked["do"] == "call":
            domain, service = asked["service"].split(".")
            await hass.services.async_call(domain, service, asked["data"], blocking=True)
        elif asked["do"] == "devices":
            entities = entity_registry.async_get(hass).entities.values()
            areas = area_registry.async_get(hass).areas
            answer = [
                {"name": device.name, "area": areas[device.area_id].name if device.area_id else None,
                 "entities": [entity.entity_id for entity in entities if entity.device_id == device.id]}
                for device in device_registry.async_get(hass).devices.values()
            ]  # fmt: skip
        elif asked["do"] == "view":
            view = yaml.safe_load(Path(asked["file"]).read_text(encoding="utf-8"))
            answer = {
                "cards": [card["type"] for card in view["cards"]],
                "entities": [entity for card in view["cards"] for entity in named(card)],
                "texts": [
                    template.Template(card["content"], hass).async_render(parse_result=False, strict=True)
                    for card in view["cards"] if "content" in card
                ],
            }  # fmt: skip
        else:
            answer = {s.entity_id: {"state": s.state, **s.attributes} for s in hass.states.async_all()}
        print(json.dumps({"answer": answer}, default=str), flush=True)
    await hass.async_stop(force=True)


logging.basicConfig(level=logging.WARNING)
asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
