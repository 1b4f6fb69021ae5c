"""Make's variables as options of a command: IMAGE=x is --image=x; an unknown one is named, with what there is instead."""

import argparse
import re
from collections.abc import Callable
from types import ModuleType

from .policy.guess import near

_VARIABLE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.S)


class UnknownVariable(Exception):
    """A variable that the command doesn't have. The message is one line, for people."""


def options(command: str, words: list[str], load: Callable[[], ModuleType]) -> list[str]:
    """Return the words with options in place of variables. Raises UnknownVariable.

    load: returns the command's module, which is asked for its options only where there is a variable.
    """
    if not any(map(_VARIABLE.fullmatch, words)):
        return words
    parser = argparse.ArgumentParser(add_help=False)
    load().add_arguments(parser)
    known = {
        option.removeprefix("--").replace("-", "_").upper(): option
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--")
    }
    found = []
    for word in words:
        if not (match := _VARIABLE.fullmatch(word)):
            found.append(word)
        elif option := known.get(match[1]):
            found.append(f"{option}={match[2]}")
        else:
            likely = near(match[1].upper(), known)
            meant = f"; did you mean {likely}?" if likely else "."
            raise UnknownVariable(
                f"{command}: {match[1]} is no variable of it{meant} It takes {', '.join(sorted(known))}"
            )
    return found
