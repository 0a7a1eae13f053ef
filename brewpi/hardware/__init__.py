"""What the Pi gives: pins, buses, watchdog, systemd."""
