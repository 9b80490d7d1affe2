"""What can be found out about a network: sweeps, ablation, decision maps, health and changes."""
