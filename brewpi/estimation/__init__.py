"""What is believed of a tank: filtered readings, original gravity, attenuation, stability."""
