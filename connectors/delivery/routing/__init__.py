"""Who is told what, and when: pure decisions on frozen records, the time a parameter."""
