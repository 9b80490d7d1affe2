"""What the commands print: answers, gradients, quality and training, as text or JSON."""
