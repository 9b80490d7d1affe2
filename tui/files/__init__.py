"""Where sessions are read from and written to, and the settings kept between starts."""
