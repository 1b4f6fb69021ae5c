"""Rules about all rendered objects of one app: check(app)."""
