"""What a first visitor sees: `make demo`."""
