"""What the families of devices publish: a module each with its topics and what is a value in its payloads; one table. Knows no transport."""
