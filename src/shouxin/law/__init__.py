"""The law as data: instruments, loader, register, search, statute texts, export."""
