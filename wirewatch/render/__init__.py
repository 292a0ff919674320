"""What people see on a terminal: tables, marked texts, progress."""
