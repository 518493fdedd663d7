"""Tables of acts on Spark."""
