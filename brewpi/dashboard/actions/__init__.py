"""What a person does on the board."""
