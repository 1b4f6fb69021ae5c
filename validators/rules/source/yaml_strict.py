"""YAML that parsers read differently.

What: anchors, aliases, tags, merge keys, keys that stand twice (also where only upper and lower case differ), more than
one document in a file, directives, JSON, an encoding other than UTF-8, invisible characters, values such as `010`,
`1e3` or `yes` without quotes, and files that are too deep or too big to be honest.
Why: a file passes through three YAML parsers on its way to the cluster. Where they disagree, what is checked isn't what
runs; a few hundred bytes of aliases can also fill the memory of the machine that reads them.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    Resources:
      - https://example.com/other

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base

Fix: write each value out, once, in block style, and quote what isn't plainly a word, a number, true or false.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Place
from ...policy import customer_fields
from .. import Problem, _files

ID = "yaml-strict"
HINT = "write plain YAML: every value written out once, quoted where it isn't a word or a number"


def check(app: Sources) -> Iterator[Problem]:
    """Yield the problems of every YAML file in the customer's folder."""
    also = customer_fields.data()["files"]["also"]
    for name in (name for name in app.customer.yaml_files() if name not in also):  # no part of the app
        documents, problems = app.customer.load(name)
        path = f"{app.customer.path}/{name}"
        yield from _files.unreadable(app.customer, name)
        if not documents and not problems:
            yield Problem("is empty", place=Place(path), hint="delete it, or write something in it")
        if all(isinstance(one.value, dict) and one.value.get("kind") == "CronJob" for one in documents):
            continue  # under resources kustomize reads them all
        for document in documents[1:]:
            mark = document.mark(())
            yield Problem(
                "has a second document",
                place=Place(path, mark.line, mark.column),
                hint="put it into a file of its own: kustomize reads only the first of some files",
            )
