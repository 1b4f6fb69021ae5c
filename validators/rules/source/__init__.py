"""Rules about the files of one app, before anything is rendered: check(app)."""
