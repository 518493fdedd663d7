"""The handbook: the documents of Shouxin, read and searched in the console without a network."""
