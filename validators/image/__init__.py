"""Runs an image against the image contract on a cluster: an app made from the template, in a namespace of its own."""
