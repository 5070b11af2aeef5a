"""HTTP and WebSocket. Beside replicas.peer, the only package that imports tornado."""
