"""What is held of every tag, in bounded memory. Knows nothing of where samples come from and who reads them."""
