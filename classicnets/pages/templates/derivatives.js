// Second derivatives of one small net: a cell for each pair of weights, and what deleting that pair costs.
const net = DATA.net,
  n = net.names.length,
  stages = Object.keys(DATA.stages);
const VIEWS = [
  ...DATA.matrices.map((name, i) => ({ name: `H, ${name}`, of: stage => stage.hessians[i], sign: "∂²E" })),
  { name: "four diagonals", of: stage => stage.diagonals, sign: "h" },
  ...DATA.matrices.map((name, i) => ({ name: `H⁻¹, ${name}`, of: stage => stage.inverses[i], sign: "H⁻¹" })),
];
const picture = new Picture(byId("network"), net, 2);
let stage = stages.length - 1,
  view = 0,
  cell = [0, 0],
  shownCell = null,
  edges = {};

const now = () => DATA.stages[stages[stage]];
const diagonals = () => view === 2;
const group = () => (diagonals() ? [cell[1]] : [...new Set(cell)].sort((a, b) => a - b));

// The costs of a group, in the order in which they were computed.
function costs([i, j = i]) {
  const before = Array.from({ length: i }, (_, row) => n - row).reduce((a, b) => a + b, 0);
  return now().deleted[before + j - i];
}

function colour(value, largest) {
  const share = Math.sqrt(Math.min(1, Math.abs(value) / largest)),
    full = value > 0 ? [0, 114, 178] : [213, 94, 0];
  return `rgb(${full.map(each => Math.round(255 - share * (255 - each))).join()})`;
}

function drawMatrix() {
  const svg = byId("matrix"),
    values = VIEWS[view].of(now()),
    rows = values.length,
    width = svg.clientWidth;
  const narrow = matchMedia("(max-width: 820px)").matches,
    font = narrow ? 12 : 15;
  svg.replaceChildren();
  const names = diagonals() ? DATA.diagonals : net.names;
  const labels = names.map(name => make(svg, "text", { "text-anchor": "end", style: `font-size:${font}px` }, name));
  const left = Math.max(...labels.map(text => text.getComputedTextLength())) + 6,
    top = font * 4;
  const room = narrow ? Infinity : Math.max(360, innerHeight - 250) - top;
  const side = Math.min((width - left) / n, diagonals() ? Infinity : room / rows),
    high = diagonals() ? side * 1.6 : side;
  svg.setAttribute("height", top + rows * high + 3);
  svg.setAttribute("viewBox", `0 0 ${width} ${top + rows * high + 3}`);
  const largest = Math.max(...values.flat().map(Math.abs));
  edges = { left, top, side, high, rows };
  labels.forEach((text, i) => {
    text.setAttribute("x", left - 6);
    text.setAttribute("y", top + (i + 0.5) * high + font / 3);
  });
  net.names.forEach((name, j) => {
    const x = left + (j + 0.5) * side + font / 3,
      y = top - 5;
    make(svg, "text", { transform: `translate(${x},${y}) rotate(-90)`, style: `font-size:${font}px` }, name);
  });
  values.forEach((row, i) =>
    row.forEach((value, j) =>
      make(svg, "rect", {
        class: "cell",
        x: left + j * side,
        y: top + i * high,
        width: side - 1,
        height: high - 1,
        fill: colour(value, largest),
      }),
    ),
  );
  shownCell = make(svg, "rect", {
    fill: "none",
    stroke: "#000",
    "stroke-width": 3,
    width: side - 1,
    height: high - 1,
    "pointer-events": "none",
  });
}

function show() {
  const { left, top, side, high } = edges,
    [i, j] = cell,
    value = VIEWS[view].of(now())[i][j],
    chosen = group();
  shownCell.setAttribute("x", left + j * side);
  shownCell.setAttribute("y", top + i * high);
  byId("cell").textContent =
    (diagonals()
      ? `${DATA.diagonals[i]}: h of ${net.names[j]}`
      : `${VIEWS[view].name}: ${net.names[i]}, ${net.names[j]}`) + ` is ${say(value)}`;
  picture.show(
    now().weights,
    net.names.map(() => true),
    new Set(chosen),
  );
  byId("chosen").textContent =
    `Delete ${chosen.map(q => `${net.names[q]} = ${say(now().weights[q])}`).join(" and ")}: the cost rises by`;
  drawCosts(chosen);
}

function drawCosts(chosen) {
  const values = costs(chosen),
    k = DATA.diagonals.length,
    both = chosen.length > 1,
    rows = [];
  DATA.diagonals.forEach((name, i) => rows.push([`½ h w², ${name}`, values[i]]));
  if (both) DATA.matrices.forEach((name, i) => rows.push([`½ wᵀHw, ${name}`, values[k + i]]));
  rows.push(["the slope alone, −gᵀw", values[k + 2]], ["what happens", values[k + 3], true]);
  DATA.matrices.forEach((name, i) =>
    rows.push([`OBS, ${name}`, values[k + 4 + 2 * i]], ["what happens then", values[k + 5 + 2 * i], true]),
  );
  const largest = Math.max(...rows.map(row => Math.abs(row[2] ? row[1] : 0)), 1e-12) * 1.5;
  byId("costs").replaceChildren();
  for (const [name, value, fact = false] of rows) {
    const row = make(byId("costs"), "tr", fact ? { class: "happens" } : {});
    make(row, "td", {}, name);
    const bar = make(make(row, "td"), "i");
    bar.style.width = `${100 * Math.min(1, Math.abs(value) / largest)}%`;
    bar.style.background = value < 0 ? VERMILLION : fact ? "#000" : BLUE;
    make(row, "td", { class: "number" }, say(value));
  }
}

function choose(newStage, newView) {
  if (newView !== view) cell = [newView === 2 ? 0 : diagonals() ? cell[1] : cell[0], cell[1]];
  stage = newStage;
  view = newView;
  picture.largest = Math.max(...now().weights.map(Math.abs));
  pressed(byId("stages").children, byId("stages").children[stage]);
  pressed(byId("views").children, byId("views").children[view]);
  const { error, accuracy, least } = now();
  byId("about").textContent =
    `E = ${say(error)}, ${say(100 * accuracy)} % right; least eigenvalue of the exact H: ${say(least)}` +
    (least < 0 ? ", no minimum" : "");
  drawMatrix();
  show();
}

function layOut() {
  picture.resize(matchMedia("(max-width: 820px)").matches ? 230 : Math.max(140, Math.min(260, innerHeight - 580)));
  drawMatrix();
  show();
}

const move = (rows, columns) => {
  cell = [Math.max(0, Math.min(edges.rows - 1, cell[0] + rows)), Math.max(0, Math.min(n - 1, cell[1] + columns))];
  show();
};
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
for (const type of ["click", "pointermove"])
  byId("matrix").addEventListener(type, event => {
    if (type === "pointermove" && event.pointerType !== "mouse") return;
    const box = byId("matrix").getBoundingClientRect();
    const to = [
      Math.floor((event.clientY - box.top - edges.top) / edges.high),
      Math.floor((event.clientX - box.left - edges.left) / edges.side),
    ];
    if (to[0] < 0 || to[1] < 0 || to[0] >= edges.rows || to[1] >= n || `${to}` === `${cell}`) return;
    cell = to;
    show();
  });
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key in MOVES) {
    move(...MOVES[event.key]);
    event.preventDefault();
  } else if (VIEWS[event.key - 1]) choose(stage, event.key - 1);
  else if (event.key === "t") choose((stage + 1) % stages.length, view);
});
picture.onpoint = (q, type) => {
  if (type !== "click" || q === null) return;
  cell = diagonals() ? [cell[0], q] : [q, q];
  show();
};
stages.forEach((name, i) => {
  make(byId("stages"), "button", { type: "button" }, name).onclick = () => choose(i, view);
});
VIEWS.forEach(({ name }, i) => {
  make(byId("views"), "button", { type: "button" }, name).onclick = () => choose(stage, i);
});
byId("notes").textContent =
  `Point at a cell: on the diagonal one weight is deleted, elsewhere two. Blue is positive, vermillion negative, the colour goes with the square root. ` +
  `The cost is the error with weight decay ${say(DATA.decay)}. Le Cun's sweep neglects what units of a layer have in common, so it is exact but for the first layer. Keys: arrows, 1 to 5, t for the next point of the training.`;
addEventListener("resize", layOut);
picture.resize(200);
choose(stage, view);
layOut();
