"""The commands, a module a group; each adds its own to the parser (`add_to`) and returns the exit status."""
