"""What can be learned about a network: sweeps, sensitivity, decision maps, health and changes."""
