"""Where stories come from: one small file per kind of source."""
