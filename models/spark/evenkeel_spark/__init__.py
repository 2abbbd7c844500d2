"""Scores radiographs on Spark with the project's own compiled scorer. Runs on Python 3.9 and newer; needs pyspark and numpy."""
