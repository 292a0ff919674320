"""Where alerts go: one small file per kind of sink."""
