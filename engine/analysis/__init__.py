"""What can be found out about a network: sweeps, sensitivity, decision maps, health and changes."""
