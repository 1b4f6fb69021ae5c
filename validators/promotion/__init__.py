"""From a customer's push to a commit in the platform's repository."""
