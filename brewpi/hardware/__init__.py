"""What lies between the program and the machine: pins, signals, the supervisor. Nothing here knows what a tank is."""
