"""Results of another program, kept to be compared with: table 2 of each study by R (plm, AER, sandwich)."""
