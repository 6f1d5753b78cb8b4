"""The player of an animation in a page: pictures, buttons and a dozen lines of script, and nothing from the net."""

from base64 import b64encode
from html import escape
from io import BytesIO

import numpy as np
from matplotlib.animation import AbstractMovieWriter, FuncAnimation
from matplotlib.colors import to_rgb
from PIL import Image  # Matplotlib brings it

from .style import BLACK, BLUE, VERMILLION

# What each button is called, and its sign drawn on a square of 16 by 16: a font may lack such letters.
BUTTONS = {
    "First": "M3 2h2v12H3zM13 2v12L6 8z",
    "Back": "M9 2v12L2 8zM12 2h2v12h-2z",
    "Play": "M4 2l10 6-10 6z",
    "Forward": "M7 2v12l7-6zM2 2h2v12H2z",
    "Last": "M11 2h2v12h-2zM3 2v12l7-6z",
}
PAUSE = "M3 2h4v12H3zM9 2h4v12H9z"

PAGE = """\
<div class="pruning-player" style="display:inline-block">
<div>{frames}</div>
<div style="display:flex;gap:4px;align-items:center">
{buttons}
<input type="range" aria-label="Frame" min="0" max="{last}" value="0" style="flex:1">
<output style="min-width:6em">{first}</output>
</div>
</div>
<script>
for (const player of document.querySelectorAll('.pruning-player:not([data-ready])')) {{
  player.dataset.ready = 'yes';
  const frames = player.querySelectorAll('img'), slider = player.querySelector('input');
  const [first, back, play, forward, last] = player.querySelectorAll('button');
  let shown = 0, timer = null;
  const show = to => {{
    frames[shown].style.display = 'none';
    shown = Math.max(0, Math.min(frames.length - 1, to));
    frames[shown].style.display = '';
    slider.value = shown;
    player.querySelector('output').textContent = frames[shown].alt;
  }};
  const run = on => {{
    clearInterval(timer);
    timer = on ? setInterval(() => shown + 1 < frames.length ? show(shown + 1) : run(false), {interval}) : null;
    play.title = on ? 'Pause' : 'Play';
    play.setAttribute('aria-label', play.title);
    play.querySelector('path').setAttribute('d', on ? '{pause}' : '{play}');
  }};
  const go = to => {{ run(false); show(to); }};
  first.onclick = () => go(0);
  back.onclick = () => go(shown - 1);
  forward.onclick = () => go(shown + 1);
  last.onclick = () => go(frames.length - 1);
  slider.oninput = () => go(+slider.value);
  play.onclick = () => {{
    const on = !timer;
    if (on && shown + 1 === frames.length) show(0);
    run(on);
  }};
}}
</script>
"""
BUTTON = """\
<button type="button" title="{name}" aria-label="{name}"><svg width="16" height="16" viewBox="0 0 16 16" \
fill="currentColor" aria-hidden="true"><path d="{sign}"/></svg></button>"""
FRAME = '<img alt="{label}" src="data:image/png;base64,{data}"{hidden}>'
HIDDEN = ' style="display:none"'


class Animation(FuncAnimation):
    """An animation with a label for each frame, whose page needs nothing but itself.

    Its frames carry only the colours drawn here, in four tints each: a fifth of the bytes.
    """

    def __init__(self, figure, show, frames, labels, interval):
        super().__init__(figure, show, frames=frames, interval=interval)
        self._labels, self._pause = labels, interval

    def to_jshtml(self):
        """The player as HTML, to be shown in a notebook or written into a page."""
        writer = _Frames()
        self.save("frames", writer=writer)  # the name is not used
        frames = "".join(
            FRAME.format(label=escape(label), data=data, hidden=HIDDEN if i else "")
            for i, (label, data) in enumerate(zip(self._labels, writer.frames, strict=True))
        )
        buttons = "\n".join(BUTTON.format(name=name, sign=sign) for name, sign in BUTTONS.items())
        signs = {"play": BUTTONS["Play"], "pause": PAUSE}
        return PAGE.format(
            frames=frames, buttons=buttons, first=self._labels[0], last=len(writer.frames) - 1,
            interval=self._pause, **signs,
        )  # fmt: skip


class _Frames(AbstractMovieWriter):
    """Keeps each frame as a PNG in base64 instead of writing a film."""

    def setup(self, fig, outfile, dpi=None):
        super().setup(fig, outfile, dpi)
        self.frames = []

    def grab_frame(self, **settings):
        picture = BytesIO()
        self.fig.savefig(picture, format="png", dpi=self.dpi, **settings)
        self.frames.append(_in_few_colours(picture))

    def finish(self):
        """There is nothing to close."""


def _in_few_colours(picture):
    tints = [1 - t * (1 - np.array(to_rgb(c))) for c in (BLACK, BLUE, VERMILLION) for t in (0, 0.25, 0.5, 0.75, 1)]
    palette, recoded = Image.new("P", (1, 1)), BytesIO()
    palette.putpalette((255 * np.array(tints)).round().astype(int).ravel().tolist())
    image = Image.open(picture).convert("RGB")
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(recoded, "PNG", optimize=True)
    return b64encode(recoded.getvalue()).decode()
