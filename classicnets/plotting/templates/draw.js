"use strict";
// What the pages share: numbers as one reads them, a network drawn from its data, curves with a marker.
const BLUE = "#0072B2",
  VERMILLION = "#D55E00",
  NEXT = "#E69F00",
  FAINT = "#bbb";
const DATA = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);

// The name space is that of a picture in the page, so that the page names no host.
function make(parent, tag, attributes = {}, text = null) {
  const node = document.createElementNS(parent.namespaceURI, tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  if (text !== null) node.textContent = text;
  parent.append(node);
  return node;
}

function say(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value),
    sign = value < 0 ? "−" : "";
  if (size === 0) return "0";
  if (size >= 0.001 && size < 10000) return sign + String(+size.toPrecision(digits));
  const [mantissa, power] = size.toExponential(digits - 1).split("e");
  const raised = String(+power)
    .replace("-", "⁻")
    .replace(/\d/g, digit => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  return `${sign}${+mantissa === 1 ? "" : `${+mantissa} · `}10${raised}`;
}

function pressed(buttons, chosen) {
  for (const button of buttons) button.setAttribute("aria-pressed", button === chosen);
}

// The network as draw_network lays it out. show(...) changes only what is not as it was.
class Picture {
  constructor(svg, net, largest) {
    // all: whether deleted weights can be pointed at too
    Object.assign(this, { svg, net, largest, shown: [], pointed: null, all: false, onpoint: () => {} });
    svg.replaceChildren();
    this.under = make(svg, "g");
    this.halos = net.lines.map(() => make(svg, "polyline", { fill: "none", stroke: NEXT, "stroke-linecap": "round" }));
    this.lines = net.lines.map(() => make(svg, "polyline", { fill: "none", class: "weight" }));
    this.squares = new Map(net.biases.map(q => [q, make(svg, "rect", { width: 9, height: 9 })]));
    this.units = net.groups.flatMap(group =>
      group.points.map(() => make(svg, "circle", { fill: "#fff", "stroke-width": 2 })),
    );
    this.texts = net.groups.flatMap(group => group.names.map(name => make(svg, "text", {}, name)));
    this.titles = net.titles.map(title => make(svg, "text", { "text-anchor": "middle" }, title));
    const point = event => {
      const q = this.nearest(event);
      if (q !== this.pointed || event.type === "click") {
        this.pointed = q;
        this.onpoint(q, event.type);
      }
    };
    for (const type of ["pointermove", "click"]) svg.addEventListener(type, point);
    svg.addEventListener("pointerleave", event => {
      if (event.pointerType === "mouse") {
        this.pointed = null;
        this.onpoint(null, event.type);
      }
    });
  }

  resize(height) {
    const width = this.svg.clientWidth,
      { groups, memory } = this.net;
    this.svg.setAttribute("height", height);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const top = 30,
      bottom = memory ? 30 : 8,
      tall = height - top - bottom,
      last = groups.length - (memory ? 2 : 1);
    const radii = groups.map(group => Math.min(16, 0.3 * group.spacing * tall));
    const named = groups.map(group => group.spacing * tall > 13);
    const font = Math.max(12, Math.min(16, groups[0].spacing * tall - 1));
    let start = 0;
    const begin = groups.map(group => (start += group.points.length) - group.points.length);
    const wide = i => (named[i] ? Math.max(...groups[i].names.map((_, j) => this.measure(begin[i] + j, font))) : 0);
    const left = Math.max(wide(0), memory ? wide(last + 1) : 0) + radii[0] + 8,
      right = wide(last) + radii[last] + 10;
    const x = column => left + ((width - left - right) * column) / last,
      y = v => top + tall * (1 - v);
    this.place = ([column, v]) => [x(column), y(v)];
    groups.forEach((group, i) =>
      group.points.forEach((point, j) => {
        const [cx, cy] = this.place(point),
          circle = this.units[begin[i] + j],
          text = this.texts[begin[i] + j];
        for (const [name, value] of [
          ["cx", cx],
          ["cy", cy],
          ["r", radii[i]],
        ])
          circle.setAttribute(name, value);
        const side = i === last ? 1 : i === 0 || i > last ? -1 : 0,
          fits = side || this.measure(begin[i] + j, 14) < 2 * radii[i] - 3;
        text.setAttribute("x", cx + side * (radii[i] + 5));
        text.setAttribute("y", cy + font * 0.35);
        text.setAttribute("text-anchor", ["end", "middle", "start"][side + 1]);
        text.style.fontSize = `${side ? font : 14}px`;
        text.style.display = side ? (named[i] ? "" : "none") : fits ? "" : "none";
      }),
    );
    this.points = this.net.lines.map(line => line.map(this.place));
    this.points.forEach((points, q) => {
      const text = points.map(point => point.map(value => value.toFixed(1)).join()).join(" ");
      this.lines[q].setAttribute("points", text);
      this.halos[q].setAttribute("points", text);
      const square = this.squares.get(q);
      if (square) {
        square.setAttribute("x", points[0][0] - 4.5);
        square.setAttribute("y", points[0][1] - 4.5);
      }
    });
    this.titles.forEach((title, column) => {
      title.style.fontSize = width < 500 ? "13px" : "";
      const half = title.getComputedTextLength() / 2;
      title.setAttribute("x", Math.max(half, Math.min(width - half, x(column))));
      title.setAttribute("y", 16);
    });
    this.under.replaceChildren();
    if (memory) {
      const group = groups[last + 1],
        ends = [group.points[0], group.points.at(-1)].map(this.place);
      const half = (group.spacing * tall) / 2,
        high = ends[1][1] - ends[0][1] + 2 * half;
      make(this.under, "rect", {
        x: 0,
        y: ends[0][1] - half,
        width: left + radii[0] + 8,
        height: high,
        fill: "#ebebeb",
      });
      make(this.under, "text", { x: 4, y: ends[1][1] + half + 19 }, "one step before");
    }
  }

  measure(index, font) {
    const text = this.texts[index];
    text.style.display = "";
    text.style.fontSize = `${font}px`;
    return text.getComputedTextLength();
  }

  // weights, mask: one of each weight; next, gone: sets of weights; cut: a set of units
  show(weights, mask, next = new Set(), gone = new Set(), cut = new Set()) {
    const widest = Math.max(2.5, 9 * Math.min(1, Math.sqrt(150 / weights.length)));
    this.mask = mask;
    weights.forEach((weight, q) => {
      const ghost = !mask[q] && gone.has(q),
        width = Math.min(widest, Math.max(0.8, (widest * Math.abs(weight)) / this.largest));
      const look =
        mask[q] || ghost ? [weight < 0, width.toFixed(1), next.has(q), ghost, q === this.pointed].join() : "";
      if (look === this.shown[q]) return;
      this.shown[q] = look;
      const line = this.lines[q],
        halo = this.halos[q],
        square = this.squares.get(q);
      line.style.display = look ? "" : "none";
      halo.style.display = mask[q] && (next.has(q) || q === this.pointed) ? "" : "none";
      halo.setAttribute("stroke", next.has(q) ? NEXT : "#ddd");
      halo.setAttribute("stroke-width", width + 10);
      if (square) square.style.display = mask[q] ? "" : "none";
      const dashes = ghost ? "1 5" : weight < 0 ? `${4 + width} ${3 + width / 2}` : "none";
      line.setAttribute("stroke", ghost ? "#777" : weight < 0 ? VERMILLION : BLUE);
      line.setAttribute("stroke-width", ghost ? 2 : width);
      line.setAttribute("stroke-dasharray", dashes);
    });
    this.units.forEach((unit, i) => {
      unit.setAttribute("stroke", cut.has(i) ? FAINT : "#000");
      this.texts[i].style.fill = cut.has(i) ? "#999" : "";
    });
  }

  // the weight nearest to the pointer, within 14 pixels; else null
  nearest(event) {
    const box = this.svg.getBoundingClientRect(),
      p = [event.clientX - box.left, event.clientY - box.top];
    let best = 14,
      found = null;
    this.points.forEach((points, q) => {
      if (!this.all && !this.mask[q]) return;
      for (let i = 1; i < points.length; i++) {
        const distance = distanceTo(p, points[i - 1], points[i]);
        if (distance < best) {
          best = distance;
          found = q;
        }
      }
    });
    return found;
  }
}

function distanceTo([px, py], [ax, ay], [bx, by]) {
  const dx = bx - ax,
    dy = by - ay,
    t = ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1);
  const s = Math.max(0, Math.min(1, t));
  return Math.hypot(px - ax - s * dx, py - ay - s * dy);
}
