"""From the store to all browsers: who follows what, and the frames that are due. Knows nothing of sockets and HTTP."""
