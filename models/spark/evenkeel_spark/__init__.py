"""Scores radiographs on Spark with the project's own compiled scorer. Needs Python 3.9, pyspark and numpy."""
