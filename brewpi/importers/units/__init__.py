"""In which unit a number is, and that number as SG or °C."""
