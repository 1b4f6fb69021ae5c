"""One app: its sources and its objects, joined."""
