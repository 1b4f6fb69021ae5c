"""Writing an app's files: from the template, and sealed secrets."""
