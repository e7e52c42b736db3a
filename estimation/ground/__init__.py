"""What every other part of the estimation rests on: array types, names of sample columns, and the one error."""
