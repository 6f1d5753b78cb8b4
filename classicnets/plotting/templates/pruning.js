// A pruning to play: the steps of each method's path, one after another.
const PLAY = "M4 2l10 6-10 6z",
  PAUSE = "M3 2h4v12H3zM9 2h4v12H9z",
  COSTS = "costs",
  EVERY = 450;
const net = DATA.net,
  n = net.names.length,
  methods = Object.keys(DATA.paths);
const paths = methods.map(name => unfold(DATA.paths[name]));
const picture = new Picture(byId("network"), net, DATA.largest),
  curves = new Curves(byId("curve"));
let method = 0,
  step = 0,
  timer = null;

// Of each step all weights, which of them are there, and their saliencies.
function unfold({ start, steps, ...measured }) {
  let mask = Array(n).fill(false),
    weights = Array(n).fill(0);
  for (const q of start) mask[q] = true;
  const whole = steps.map(({ deleted = [], revived = [], cut = [], predicted = null, actual = null, ...own }) => {
    mask = mask.slice();
    for (const q of deleted) mask[q] = false;
    for (const q of revived) mask[q] = true;
    weights = own.weights ? spread(own.weights, mask, 0) : weights.map((weight, q) => (mask[q] ? weight : 0));
    const saliencies =
      own.saliencies &&
      spread(
        own.saliencies.map(value => (value === null ? NaN : Number(value))),
        mask,
        NaN,
      );
    return {
      deleted,
      predicted,
      actual,
      weights,
      mask,
      saliencies,
      cut: new Set(cut),
      left: mask.filter(Boolean).length,
    };
  });
  return { steps: whole, left: whole.map(each => each.left), measured };
}

function spread(values, mask, missing) {
  let next = 0;
  return mask.map(there => (there ? values[next++] : missing));
}

function showStep(to) {
  const { steps } = paths[method];
  step = Math.max(0, Math.min(steps.length - 1, to));
  const now = steps[step],
    after = steps[step + 1];
  picture.show(now.weights, now.mask, new Set(after ? after.deleted : []), new Set(now.deleted), now.cut);
  curves.mark(step);
  byId("slider").value = step;
  byId("left").textContent = `${now.left} of ${n} weights`;
  row("gone", step ? now : null);
  row("next", after);
  sayValue();
  sayPointed();
}

function row(id, change) {
  const [weight, predicted, actual] = byId(id).querySelectorAll("td");
  const names = change ? change.deleted.map(q => net.names[q]) : [];
  weight.textContent = names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
  predicted.textContent = change ? say(change.predicted) : "";
  actual.textContent = change ? say(change.actual) : "";
}

function sayValue() {
  const quantity = byId("quantity").value,
    values = paths[method].measured[quantity];
  const value = values && values[step],
    percent = DATA.quantities[quantity] && DATA.quantities[quantity][1] === 100;
  byId("value").textContent = quantity === COSTS ? "" : percent ? `${say(100 * value, 4)} %` : say(value);
}

function sayPointed() {
  const q = picture.pointed,
    now = paths[method].steps[step];
  if (q === null || !now.mask[q]) {
    byId("pointed").textContent = "Point at a weight, or tap it.";
    return;
  }
  const [from, to] = net.ends[q],
    worth = now.saliencies ? now.saliencies[q] : NaN;
  let text = `${net.names[q]}, from ${from} to ${to}: weight ${say(now.weights[q])}`;
  if (!Number.isNaN(worth)) {
    const less = now.saliencies.filter(other => other < worth).length;
    text +=
      `, saliency ${say(worth)}` +
      (Number.isFinite(worth) ? `, ${less ? `${less} of ${now.left} have less` : "the least"}` : ", never chosen");
  }
  byId("pointed").textContent = text;
}

function colour(index) {
  return DATA.looks[index % DATA.looks.length];
}

// The curves of a quantity, each method's in its colour, the chosen one's wide and on top; or the costs of this method's steps.
function drawCurves() {
  const quantity = byId("quantity").value,
    path = paths[method];
  const height = tall(0.62);
  if (quantity === COSTS) {
    const of = (name, look) => ({ xs: path.left, ys: path.steps.map(each => each[name]), marked: true, ...look });
    const both = [
      of("actual", { color: colour(method), width: 3.5 }),
      of("predicted", { color: "#000", width: 2.5, dash: "7 5" }),
    ];
    curves.draw(both, "both", height);
  } else {
    const factor = DATA.quantities[quantity][1];
    const order = methods.map((_, i) => i).sort((i, j) => (i === method) - (j === method));
    const series = order.map(i => ({
      xs: paths[i].left,
      ys: paths[i].measured[quantity].map(value => (value === null ? null : factor * value)),
      color: colour(i),
      width: i === method ? 4.5 : 2,
      dash: i === method ? "none" : "5 4",
      marked: i === method,
    }));
    const values = series.flatMap(each => each.ys).filter(Number.isFinite),
      low = Math.min(...values);
    curves.draw(
      series,
      quantity.endsWith("error") && low > 0 && Math.max(...values) > 30 * low ? "log" : "even",
      height,
    );
  }
  curves.mark(step);
}

function tall(share) {
  const narrow = matchMedia("(max-width: 820px)").matches,
    rows = Math.max(...net.groups.map(group => 1 / group.spacing));
  const room = innerHeight - byId("network").getBoundingClientRect().top - scrollY - 110;
  return narrow ? (share === 1 ? Math.max(330, 21 * Math.min(rows, 40)) : 250) : Math.max(400, room) * share;
}

function choose(index) {
  if (!(index in paths)) return;
  const left = paths[method].left[step];
  method = index;
  pressed(byId("methods").children, byId("methods").children[method]);
  byId("slider").max = paths[method].steps.length - 1;
  drawCurves();
  const same = paths[method].left.findIndex(each => each <= left); // as far as the other was
  showStep(same < 0 ? paths[method].left.length - 1 : same);
}

function run(on) {
  clearInterval(timer);
  timer = on
    ? setInterval(() => (step + 1 < paths[method].steps.length ? showStep(step + 1) : run(false)), EVERY)
    : null;
  byId("play").title = on ? "Pause" : "Play";
  byId("play").setAttribute("aria-label", byId("play").title);
  byId("play")
    .querySelector("path")
    .setAttribute("d", on ? PAUSE : PLAY);
}

function toggle() {
  if (!timer && step + 1 === paths[method].steps.length) showStep(0);
  run(!timer);
}

function go(to) {
  run(false);
  showStep(to);
}

function layOut() {
  picture.resize(tall(1));
  drawCurves();
  showStep(step);
}

const MOVES = {
  ArrowRight: () => step + 1,
  ArrowLeft: () => step - 1,
  PageDown: () => step + 5,
  PageUp: () => step - 5,
  Home: () => 0,
  End: () => Infinity,
};
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === "SELECT") return;
  if (event.key in MOVES) go(MOVES[event.key]());
  else if (event.key === " " && event.target.tagName !== "BUTTON") toggle();
  else if (/^[1-9]$/.test(event.key)) choose(event.key - 1);
  else return;
  event.preventDefault();
});
for (const [id, to] of [
  ["first", () => 0],
  ["back", () => step - 1],
  ["forward", () => step + 1],
  ["last", () => Infinity],
])
  byId(id).onclick = () => go(to());
byId("play").onclick = toggle;
byId("slider").oninput = () => go(+byId("slider").value);
curves.onchoose = left => {
  const away = paths[method].left.map(each => Math.abs(each - left));
  go(away.indexOf(Math.min(...away)));
};
picture.onpoint = () => showStep(step);
methods.forEach((name, i) => {
  const button = make(byId("methods"), "button", { type: "button" }, name);
  button.style.setProperty("--own", colour(i));
  button.onclick = () => choose(i);
});
byId("methods").hidden = methods.length < 2;
// after a click with the mouse the space bar plays; who walks by the tabulator key presses the button it stands on
document.addEventListener("click", event => {
  if (event.detail && event.target.closest("button")) event.target.closest("button").blur();
});
for (const name in DATA.quantities) make(byId("quantity"), "option", { value: name }, DATA.quantities[name][0]);
make(byId("quantity"), "option", { value: COSTS }, "cost of each step: actual, predicted (dashed)");
byId("quantity").onchange = () => {
  drawCurves();
  sayValue();
};
byId("signs").textContent =
  `Blue, solid: positive. Vermillion, dashed: negative. The wider the larger, up to ${say(DATA.largest)}; a square is a bias`;
addEventListener("resize", layOut);
picture.resize(tall(1));
choose(0);
