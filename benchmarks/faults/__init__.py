"""What must hold when things go wrong: each module is one kind of fault, each line of its table one promise of docs/operations.md."""
