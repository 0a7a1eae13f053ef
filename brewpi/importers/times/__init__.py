"""When a reading was taken, in all the ways in which people and programs write it."""
