"""From a row of the seed to the rows of its mart: what a specification is, its sample, and the checks of a panel."""
