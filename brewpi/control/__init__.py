"""Who wishes (temperature, recipe) and who permits (interlocks). Pure: no clock, no pin, no log."""
