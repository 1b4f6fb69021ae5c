"""What earlier runs found, by the content of everything that it follows from."""
