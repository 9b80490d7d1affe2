"""The small maps below the neurons of a diagram: their activations over the plane of two inputs."""

from __future__ import annotations

from engine.analysis.decision_map import decision_map
from tui.drawing.half_blocks import PIXELS_DOWN, half_block_strips
from tui.views.diagram.canvas import Canvas
from tui.views.diagram.layout import Layout
from tui.views.map.content import Content, colours_of, shades_of
from tui.views.map.plane import axes_of, centres
from tui.views.scene import Scene


def draw_maps(scene: Scene, layout: Layout, canvas: Canvas) -> None:
    """Draw a map below the name and the value of every visible neuron."""
    axes, colours = axes_of(scene), colours_of(scene.palette, False, 2)
    for stage in layout.stages:
        layer_index = stage.index - 1
        if layer_index < 0:
            continue
        first = stage.nodes[0]
        activations = decision_map(
            scene.session,
            scene.view.map.features,
            centres(axes[0], first.width),
            centres(axes[1], (first.height - 1) * PIXELS_DOWN)[::-1],
            scene.sample,
            layer_index,
        ).layers[layer_index]
        for node in stage.nodes:
            pixels = shades_of(scene, Content(layer_index, node.index), activations)
            for line, strip in enumerate(half_block_strips(pixels, colours, {}), node.top + 1):
                canvas.put_strip(node.left, line, strip)
