// Curves over the number of weights left, from many to few, and a marker on one of them.

// How values become heights from 0 to 1: evenly; by logarithms; or by logarithms on both sides of zero.
function scaleFor(values, kind) {
  const good = values.filter(Number.isFinite),
    largest = Math.max(...good.map(Math.abs), 1e-300);
  const linear = 10 ** Math.floor(Math.log10(1e-4 * largest));
  const bend = {
    even: v => v,
    log: v => Math.log10(v),
    both: v => Math.sign(v) * Math.log10(1 + Math.abs(v) / linear),
  }[kind];
  let [low, high] = [Math.min(...good), Math.max(...good)];
  if (kind === "both") [low, high] = [Math.min(low, 0), Math.max(high, linear)];
  if (low === high) [low, high] = kind === "log" ? [low / 2, high * 2] : [low - 1, high + 1];
  const [from, to] = [bend(low), bend(high)];
  const scale = v => (bend(v) - from) / (to - from);
  scale.ticks = ticks(low, high, kind, linear).filter(v => scale(v) > -1e-9 && scale(v) < 1 + 1e-9);
  return scale;
}

function ticks(low, high, kind, linear) {
  const list = [];
  if (kind === "even") {
    const raw = (high - low) / 4,
      unit = 10 ** Math.floor(Math.log10(raw));
    const step = unit * [1, 2, 5, 10].find(k => k * unit >= raw);
    for (let v = Math.ceil(low / step - 1e-9); v * step <= high * (1 + 1e-9); v++)
      list.push(+(v * step).toPrecision(12));
    return list;
  }
  const least = kind === "log" ? Math.floor(Math.log10(low)) : Math.log10(linear);
  const most = Math.ceil(Math.log10(Math.max(high, -low))),
    every = Math.ceil((most - least) / 5);
  if (kind === "log" && most - least < 2) return [1, 2, 5].flatMap(k => [10 ** least * k, 10 ** (least + 1) * k]);
  for (let power = least; power <= most; power += every) list.push(10 ** power);
  return kind === "log" ? list : [...list.map(v => -v).filter(v => (v <= low / 2 ? v >= low : true)), 0, ...list];
}

class Curves {
  constructor(svg) {
    Object.assign(this, { svg, series: [], onchoose: () => {} });
    svg.addEventListener("click", event => {
      const at = event.clientX - svg.getBoundingClientRect().left;
      if (this.x) this.onchoose(this.from - (at - this.left) / this.unit);
    });
  }

  // series: [{name, xs, ys, color, width, dash}], the one to be marked last; gaps are null
  draw(series, kind, height) {
    const svg = this.svg,
      width = svg.clientWidth,
      xs = series.flatMap(each => each.xs);
    svg.replaceChildren();
    svg.setAttribute("height", height);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const scale = scaleFor(
        series.flatMap(each => each.ys),
        kind,
      ),
      top = 14,
      bottom = height - 46;
    const heights = scale.ticks.map(v => (bottom - top) * scale(v)),
      zero = heights[scale.ticks.indexOf(0)];
    const seen = scale.ticks.filter((v, i) => v === 0 || !(Math.abs(heights[i] - zero) < 15)); // zero has its own place
    const labels = seen.map(v => make(svg, "text", { "text-anchor": "end" }, say(v)));
    this.left = Math.max(30, ...labels.map(text => text.getComputedTextLength())) + 12;
    this.from = Math.max(...xs);
    const to = Math.min(...xs);
    this.unit = (width - this.left - 14) / (this.from - to || 1);
    this.x = n => this.left + (this.from - n) * this.unit;
    this.y = v => bottom - (bottom - top) * scale(v);
    seen.forEach((v, i) => {
      make(svg, "line", { x1: this.left - 5, x2: width - 10, y1: this.y(v), y2: this.y(v), stroke: "#ddd" });
      labels[i].setAttribute("x", this.left - 8);
      labels[i].setAttribute("y", this.y(v) + 5);
    });
    const numbers = ticks(to, this.from, "even").filter(n => this.from === n || this.x(n) > this.x(this.from) + 26);
    for (const n of new Set([this.from, ...numbers]))
      make(svg, "text", { x: this.x(n), y: bottom + 20, "text-anchor": "middle" }, n);
    make(svg, "text", { x: (this.left + width) / 2, y: height - 6, "text-anchor": "middle" }, "remaining weights");
    for (const each of series) this.line(each);
    this.marks = series
      .filter(each => each.marked)
      .map(each => [each, make(svg, "circle", { r: 8, fill: each.color, stroke: "#fff", "stroke-width": 2 })]);
  }

  line({ xs, ys, color, width, dash = "none" }) {
    let path = "",
      pen = "M";
    xs.forEach((n, i) => {
      if (!Number.isFinite(ys[i])) {
        pen = "M";
        return;
      }
      path += `${pen}${this.x(n).toFixed(1)} ${this.y(ys[i]).toFixed(1)}`;
      pen = "L";
    });
    make(this.svg, "path", {
      d: path,
      fill: "none",
      stroke: color,
      "stroke-width": width,
      "stroke-dasharray": dash,
      "stroke-linejoin": "round",
    });
  }

  mark(step) {
    for (const [{ xs, ys }, dot] of this.marks) {
      dot.style.display = Number.isFinite(ys[step]) ? "" : "none";
      if (Number.isFinite(ys[step])) {
        dot.setAttribute("cx", this.x(xs[step]));
        dot.setAttribute("cy", this.y(ys[step]));
      }
    }
  }
}
