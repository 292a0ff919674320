"""Full text: the web pages of stories, for feeds that give only their first words."""
