"""Does some test fail when a rule is weakened? `python -m tests.mutation` prints the mutants that live."""
