"""What keeps a commit from being promoted."""


class Refused(Exception):
    """The customer's commit can't be taken. The message is for the customer: what is wrong, and what to do."""


class Failed(Exception):
    """Something of the platform's stands in the way, or a server doesn't answer. The message is for the platform."""


class Moved(Failed):
    """Somebody else has pushed meanwhile: to be done again on what there is now."""
