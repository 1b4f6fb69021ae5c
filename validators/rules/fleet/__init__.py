"""Rules about all apps: check(facts), with what facts(app) returned for each app, by the app's name: JSON-able data."""
