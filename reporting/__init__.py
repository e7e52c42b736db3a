"""What people look at and take away, made from the tables of a published warehouse and from nothing else."""
