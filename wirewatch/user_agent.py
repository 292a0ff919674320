"""What wirewatch calls itself to servers."""

USER_AGENT = "wirewatch/0.1 (news monitor; feed reader)"
