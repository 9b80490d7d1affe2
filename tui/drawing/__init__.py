"""Drawing in cells: text, axes, half blocks, braille, histograms and plotext figures."""
