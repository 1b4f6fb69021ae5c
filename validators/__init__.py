"""Checks that keep a customer's folder and the platform's folder of a Django app in their bounds."""
