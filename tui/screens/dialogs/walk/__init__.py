"""The walk through the next step of training, one stage a key."""
