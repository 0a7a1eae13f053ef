"""What the heads of columns say, in the languages of those who keep logs."""
