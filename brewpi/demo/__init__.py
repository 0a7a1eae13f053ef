"""`make demo`: four simulated tanks, a broker, the real control between them, and a view that knows only MQTT."""
