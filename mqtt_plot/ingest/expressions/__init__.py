"""The one language of triggers and computed tags: read, checked and run sample by sample. Knows nothing of series, files and clocks."""
