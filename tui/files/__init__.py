"""Where sessions come from and go to, and what is remembered between starts."""
