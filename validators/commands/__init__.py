"""One file a subcommand: HELP, add_arguments(parser) and run(args) -> exit code. The file's name is the command's."""
