"""A run: which apps, what is known of them already, what the rules find."""
