"""Relay boards on a serial line that speak Modbus RTU and can switch themselves off, such as Waveshare's."""

from __future__ import annotations

import struct
from threading import Lock
from typing import Any, ClassVar

from pydantic import Field

from brewpi.hardware.access import why_not
from brewpi.hardware.plug_context import PlugContext
from brewpi.outputs import Actuator, OutputError, OutputOptions

# Waveshare, "Modbus RTU Relay", commands: function 5 at 0x0200 + channel is "flash on", its value tenths of a second.
WRITE_COIL, READ_COILS, FLASH_ON = 0x05, 0x01, 0x0200
ANSWER_S = 0.3
RENEWALS = 4.0


class ModbusRelay(OutputOptions):
    """A relay of a Modbus RTU board, on RS485 or USB.

    It is only ever told "on for `fall_off_s`", which is renewed: without us it goes off by itself. Boards that know
    nothing but on and off (the small USB ones with four bytes an order) stay on when the Pi dies, and are no kind here.
    """

    example: ClassVar[str] = 'cool = { kind = "modbus_relay", port = "/dev/ttyUSB0", channel = 0, compressor = true }'

    port: str = Field(
        pattern=r"^/dev/\S+$", examples=["/dev/ttyUSB0"],
        description="the serial line; /dev/serial/by-id/... survives replugging",
    )
    channel: int = Field(ge=0, le=31, description="which of its relays; the first is 0")
    unit: int = Field(default=1, ge=1, le=247, description="the board's Modbus address")
    baud: int = Field(default=9600, ge=1200, le=115_200, description="of the line")
    fall_off_s: float = Field(
        default=60.0, ge=15.0, le=600.0, description="off by itself this long after our last word"
    )

    def pins(self) -> tuple[str, ...]:
        return (f"{self.port} board {self.unit} relay {self.channel}",)

    def open(self, context: PlugContext) -> Actuator:
        """Open the line if nobody did yet; the relay is off. Raises OutputError."""
        key = f"serial {self.port}"
        line = context.shared.get(key)
        if line is None:
            line = context.shared[key] = Line(self.port, self.baud)
        line.users += 1
        try:
            switch = Switch(line, self.unit, self.channel, self.fall_off_s)
            switch.off()
        except OutputError:
            line.leave()
            if line.users == 0:
                del context.shared[key]
            raise
        return switch


class Line:
    """A serial line with all relays on it."""

    def __init__(self, port: str, baud: int) -> None:
        try:
            import serial
        except ImportError:
            raise OutputError("a serial line needs the `relays` extra: pip install 'brewpi-edge[relays]'") from None
        try:
            self.device: Any = serial.Serial(port, baud, timeout=ANSWER_S, write_timeout=ANSWER_S, exclusive=True)
        except (OSError, ValueError) as error:
            raise OutputError(why_not(port) or f"{port} cannot be opened ({error}); check its plug") from None
        self.port, self.users, self.lock = port, 0, Lock()

    def ask(self, request: bytes, answer_bytes: int) -> bytes:
        """One request and its answer, without its checksum. Raises OutputError."""
        with self.lock:
            try:
                self.device.reset_input_buffer()
                self.device.write(request + checksum(request))
                answer = bytes(self.device.read(answer_bytes + 2))
            except OSError as error:
                raise OutputError(f"{self.port} is gone ({error}); the relay goes off by itself") from None
        if len(answer) != answer_bytes + 2 or answer[-2:] != checksum(answer[:-2]) or answer[:2] != request[:2]:
            raise OutputError(f"the relay board on {self.port} does not answer; it goes off by itself")
        return answer[:-2]

    def leave(self) -> None:
        """One relay less; the last one closes the line."""
        self.users -= 1
        if self.users == 0:
            self.device.close()


def checksum(frame: bytes) -> bytes:
    """CRC-16/MODBUS, low byte first (MODBUS over Serial Line V1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


class Switch:
    """An opened relay."""

    def __init__(self, line: Line, unit: int, channel: int, fall_off_s: float) -> None:
        self.line, self.unit, self.channel, self.fall_off_s = line, unit, channel, fall_off_s
        self.renewed_at: float | None = None

    def set(self, duty: float, now: float) -> None:
        """On from half power up, for `fall_off_s` at a time; the board is asked whether it is. Raises OutputError."""
        on = duty >= 0.5
        if not on:
            self.off()
        elif self.renewed_at is None or now - self.renewed_at >= self.fall_off_s / RENEWALS:
            self._write(FLASH_ON + self.channel, round(10.0 * self.fall_off_s))
            self.renewed_at = now
        if self._is_on() != on:
            self.renewed_at = None
            raise OutputError(f"relay {self.channel} on {self.line.port} is {'off' if on else 'on'} and should not be")

    def off(self) -> None:
        self.renewed_at = None
        self._write(self.channel, 0)

    def close(self) -> None:
        """Off, then the line is let go."""
        try:
            self.off()
        finally:
            self.line.leave()

    def _write(self, address: int, value: int) -> None:
        request = struct.pack(">BBHH", self.unit, WRITE_COIL, address, value)
        if self.line.ask(request, len(request)) != request:
            raise OutputError(f"the relay board on {self.line.port} refuses an order; is it one that can flash?")

    def _is_on(self) -> bool:
        answer = self.line.ask(struct.pack(">BBHH", self.unit, READ_COILS, self.channel, 1), 4)
        return bool(answer[3] & 1)
