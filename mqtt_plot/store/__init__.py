"""The samples and descriptions of all tags, in bounded memory. Knows nothing of where samples come from and who reads them."""
