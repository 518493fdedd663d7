"""The law library: the register and the imported statute texts, shown and searched."""
