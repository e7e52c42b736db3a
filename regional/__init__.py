"""The command line of the project (`regional`): what a built warehouse holds, asked from a terminal."""
