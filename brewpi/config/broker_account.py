"""What follows from a config for the broker: what the daemon has to hear and to tell there."""

from __future__ import annotations

from brewpi.config.options import Config
from brewpi.mqtt.broker_users import Account


def daemon_account(config: Config, name: str) -> Account:
    """The account of the daemon that runs this config: its tanks, their hydrometers and network plugs, no more."""
    commanded = {topic for _, output in config.every_output() for topic in output.topics()}
    heard = {topic for tank in config.tanks.values() for sensor in tank.sensors.values() for topic in sensor.topics()}
    return Account("daemon", name, config.site, tuple(sorted(commanded)), tuple(config.tanks), tuple(sorted(heard)))
