"""Elements of an SVG whose attributes move, in a loop of equal steps and a rest at the end."""

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr


@dataclass
class Clock:
    """Steps of `each` seconds: in the first half of one all stands still, in the second it moves on to the next."""

    steps: int
    each: float
    last: float  # seconds more for the last one

    @property
    def seconds(self):
        return self.each * (self.steps - 1) + self.last

    def glide(self, values):
        """What goes evenly from one value (steps,) to the next; at rest it has the last one."""
        texts, times = [f"{value:.1f}" for value in values], []
        for i, value in enumerate(texts):
            times += [(self.each * i, value), (self.each * (i + 0.5), value)]
        times[-1] = (self.seconds, texts[-1])
        kept = [
            now
            for before, now, after in zip([None, *times], times, [*times[1:], None], strict=False)
            if not before or not after or not before[1] == now[1] == after[1]
        ]
        return self._moves(kept, "linear", texts[-1])

    def switch(self, values):
        """What jumps from one value (steps,) to the next."""
        times = [(self.each * (i - 0.25) if i else 0.0, value) for i, value in enumerate(values)]
        kept = [now for before, now in zip([None, *times], times, strict=False) if not before or before[1] != now[1]]
        return self._moves(kept, "discrete", values[-1])

    def shown_at(self, step):
        """Opacity 1 in this step alone."""
        return self.switch([int(i == step) for i in range(self.steps)])

    def texts(self, texts, x, y, **look):
        """One text at a time (steps,), where they stand."""
        for each in dict.fromkeys(texts):
            yield text(each, x, y, {"opacity": self.switch([int(other == each) for other in texts])}, **look)

    def _moves(self, times, way, rest):
        """The value at rest; the moves as attributes of an `animate`, or None where there are none."""
        if len({value for _, value in times}) == 1:
            return rest, None
        return rest, {
            "calcMode": way,
            "dur": f"{self.seconds:g}s",
            "repeatCount": "indefinite",
            "keyTimes": ";".join(f"{time / self.seconds:.4f}".rstrip("0").rstrip(".") for time, _ in times),
            "values": ";".join(str(value) for _, value in times),
        }


def element(tag, moves=None, content="", **attributes):
    """An element; moves: of each attribute that moves what a Clock says."""
    own = {name.replace("_", "-"): value for name, value in attributes.items()}
    for name, (rest, way) in (moves or {}).items():
        own[name] = rest
        if way:
            content += element("animate", attributeName=name, **way)
    cells = "".join(f" {name}={quoteattr(str(value))}" for name, value in own.items())
    return f"<{tag}{cells}>{content}</{tag}>" if content else f"<{tag}{cells}/>"


def line(begin, end, moves=None, **look):
    (x1, y1), (x2, y2) = ((f"{value:.6g}" for value in point) for point in (begin, end))
    return element("line", moves, x1=x1, y1=y1, x2=x2, y2=y2, **look)


def circle(place, radius, moves=None, **look):
    x, y = (f"{value:.6g}" for value in place)
    return element("circle", moves, **{"cx": x, "cy": y, "r": radius} | look)


def text(words, x, y, moves=None, size=None, anchor=None, weight=None, **look):
    """A text whose middle is at this height."""
    own = {"font-size": size, "text-anchor": anchor, "font-weight": weight}
    own = {name: value for name, value in own.items() if value}
    return element("text", moves, escape(words), x=f"{x:.6g}", y=f"{y:.6g}", dominant_baseline="central", **own, **look)
