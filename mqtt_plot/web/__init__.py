"""Everything that speaks HTTP; with app, the only importers of tornado."""
