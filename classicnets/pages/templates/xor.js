// XOR by nine weights: every set of deleted weights was computed beforehand, in four ways.
const net = DATA.net,
  n = net.names.length,
  picture = new Picture(byId("network"), net, DATA.largest);
const COLOURS = [
  ["#009E73", "M"],
  ["#D55E00", "D"],
  ["#0072B2", "S"],
];
const EDGE = 1.4; // of the plane that is painted
const RULES = { logistic: a => 1 / (1 + Math.exp(-a)), tanh: Math.tanh };
let gone = 0,
  answered = false,
  retrained = false,
  tags = [];

const present = q => !((gone >> q) & 1);
const way = () => DATA.states[gone][2 * retrained + answered];
const mask = () => Array.from({ length: n }, (_, q) => present(q));

function weights() {
  const left = way().w;
  let next = 0;
  return mask().map(there => (there ? left[next++] : 0));
}

function show() {
  const now = way(),
    w = weights(),
    there = mask(),
    out = new Set(there.flatMap((each, q) => (each ? [] : [q])));
  picture.show(w, there, new Set(), out);
  const right = now.o.map((o, p) => Math.sign(o) === Math.sign(DATA.T[p])),
    solved = right.every(Boolean);
  byId("state").textContent =
    `${there.filter(Boolean).length} of ${n} weights: ` +
    (solved ? "XOR is solved" : `${right.filter(Boolean).length} of 4 right`);
  byId("state").className = solved ? "solved" : "failed";
  byId("error").textContent = `error E = ${say(now.E)}` + (gone ? `, before ${say(DATA.states[0][0].E)}` : "");
  [...byId("patterns").rows].forEach((row, p) => {
    row.cells[3].textContent = say(now.o[p], 2);
    row.cells[4].textContent = right[p] ? "✓" : "✗";
    row.cells[4].className = right[p] ? "right" : "wrong";
  });
  label(w, there, now);
  showChoices(now);
  paint(w);
  toggled("answer", "the others answer", answered);
  toggled("retrain", "retrained", retrained);
}

function toggled(id, text, on) {
  byId(id).textContent = `${text}: ${on ? "yes" : "no"}`;
  byId(id).setAttribute("aria-pressed", on);
}

// What comes of each method's first choice, and what retraining makes of that.
function showFirst() {
  const whole = DATA.states[0][0],
    solved = state => state.o.every((o, p) => Math.sign(o) === Math.sign(DATA.T[p]));
  DATA.methods.forEach((name, m) => {
    const row = make(byId("first"), "tr"),
      q = whole.q[m],
      after = DATA.states[1 << q],
      own = name === "OBS" ? 1 : 0;
    make(row, "th", {}, `${name} (${COLOURS[m][1]})`).style.color = COLOURS[m][0];
    make(row, "td", {}, net.names[q]);
    make(row, "td", { class: "number" }, say(whole.p[m], 2));
    for (const state of [after[own], after[2 + own]])
      make(
        row,
        "td",
        { class: `number ${solved(state) ? "right" : "wrong"}` },
        `${say(state.E, 2)} ${solved(state) ? "✓" : "✗"}`,
      );
  });
}

// The size of each weight at its line, with the letters of the methods that would delete it next.
function label(w, there, now) {
  tags.forEach((text, q) => {
    text.replaceChildren();
    text.append(there[q] ? `${net.names[q]} ${say(w[q], 2)}` : net.names[q]);
    text.style.fill = there[q] ? "" : "#999";
    now.q.forEach((chosen, m) => {
      if (chosen === q) make(text, "tspan", { fill: COLOURS[m][0], "font-weight": "bold" }, ` ${COLOURS[m][1]}`);
    });
    const button = byId("weights").children[q];
    button.textContent = `${q + 1}: ${net.names[q]}`;
    button.setAttribute("aria-pressed", !there[q]);
  });
}

function showChoices(now) {
  [...byId("choices").children].forEach((button, m) => {
    const q = now.q[m],
      name = DATA.methods[m],
      predicted = now.p[m] === null ? "" : `, predicts ${say(now.p[m], 2)}`;
    button.textContent = `${name} (${COLOURS[m][1]}): ${q === null ? "none" : net.names[q]}${predicted}`;
    button.disabled = q === null;
  });
}

// What the network says everywhere between the patterns: blue above zero, vermillion below.
function paint(w) {
  const canvas = byId("plane"),
    context = canvas.getContext("2d"),
    side = 60,
    small = document.createElement("canvas");
  const image = context.createImageData(side, side);
  small.width = small.height = side;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const o = output(w, [EDGE * ((2 * column + 1) / side - 1), EDGE * (1 - (2 * row + 1) / side)]);
      const full = o > 0 ? [0, 114, 178] : [213, 94, 0],
        share = Math.min(1, Math.abs(o));
      image.data.set([...full.map(each => 255 - share * (255 - each)), 255], 4 * (row * side + column));
    }
  small.getContext("2d").putImageData(image, 0, 0);
  context.drawImage(small, 0, 0, canvas.width, canvas.height); // smoothed
  context.lineWidth = 4;
  DATA.X.forEach(([x1, x2], p) => {
    context.fillStyle = DATA.T[p] > 0 ? BLUE : VERMILLION;
    context.strokeStyle = "#fff";
    context.beginPath();
    context.arc(((x1 / EDGE + 1) / 2) * canvas.width, ((1 - x2 / EDGE) / 2) * canvas.height, 15, 0, 7);
    context.fill();
    context.stroke();
  });
}

// The network's own formula; each unit's bias is its last weight.
function output(w, [x1, x2]) {
  const hidden = RULES[DATA.hidden];
  const z = [0, 3].map(k => hidden(w[k] * x1 + w[k + 1] * x2 + w[k + 2]));
  return RULES[DATA.output](w[6] * z[0] + w[7] * z[1] + w[8]);
}

function toggle(q) {
  if (q !== null && q !== undefined && q < n) {
    gone ^= 1 << q;
    show();
  }
}

function layOut() {
  const narrow = matchMedia("(max-width: 820px)").matches;
  picture.resize(narrow ? 330 : Math.max(340, Math.min(480, innerHeight - 375)));
  tags.forEach(text => text.remove());
  tags = net.lines.map((_, q) => {
    const [a, b] = [picture.points[q][0], picture.points[q].at(-1)],
      bias = picture.squares.has(q),
      t = bias ? 0 : q < 6 ? 0.36 : 0.45;
    const [x, y] = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    const last = q === n - 1,
      look = { class: "value", x: x + (bias ? (last ? -10 : 10) : 0), y: bias ? y + 4 : y - 11 };
    return make(picture.svg, "text", { ...look, "text-anchor": bias ? (last ? "end" : "start") : "middle" });
  });
  show();
}

picture.all = true; // deleted weights too: a click brings them back
picture.onpoint = (q, type) => {
  if (type === "click") toggle(q);
};
byId("answer").onclick = () => {
  answered = !answered;
  show();
};
byId("retrain").onclick = () => {
  retrained = !retrained;
  show();
};
byId("reset").onclick = () => {
  gone = 0;
  show();
};
DATA.X.forEach((x, p) => {
  const row = make(byId("patterns"), "tr");
  for (const value of x) make(row, "td", {}, say(value));
  make(row, "td", { class: "number" }, say(DATA.T[p]));
  make(row, "td", { class: "number" });
  make(row, "td");
});
DATA.methods.forEach((name, m) => {
  const button = make(byId("choices"), "button", { type: "button" }, name);
  button.style.borderBottom = `4px solid ${COLOURS[m][0]}`;
  button.onclick = () => toggle(way().q[m]);
});
net.names.forEach((name, q) => {
  make(byId("weights"), "button", { type: "button" }, name).onclick = () => toggle(q);
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (/^[1-9]$/.test(event.key)) toggle(event.key - 1);
  else if (event.key === "a") byId("answer").click();
  else if (event.key === "r") byId("retrain").click();
  else if (event.key === "0" || event.key === "Escape") byId("reset").click();
  else if ("mds".includes(event.key)) toggle(way().q["mds".indexOf(event.key)]);
});
byId("notes").textContent =
  `The letters M, D and S stand at the weights that magnitude, Optimal Brain Damage and Optimal Brain Surgeon would delete next. ` +
  `The others' answer is that of Optimal Brain Surgeon, once for all weights deleted, from the Hessian of the whole network (alpha ${say(DATA.alpha)}). ` +
  `Retraining: backpropagation, at most ${DATA.epochs} epochs. Keys: 1 to 9 weights, a answer, r retrain, 0 all back, m d s the methods.`;
showFirst();
addEventListener("resize", layOut);
layOut();
