"""From the store to all browsers: who follows which tags, and the frames to send. Knows nothing of sockets and HTTP."""
