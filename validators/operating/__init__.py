"""What the platform does with a running app: a command of its own, its logs, how it is."""
