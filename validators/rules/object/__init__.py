"""Rules about one rendered object, of KINDS where the rule names some: check(obj, app)."""
