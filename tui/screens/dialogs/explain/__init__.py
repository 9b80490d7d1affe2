"""The dialog that explains how every number of a sample comes about."""
