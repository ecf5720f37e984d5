/* Draws the page's charts and networks when they are reached, makes tables sortable, shows where
   a number comes from. Everything it adds has a still twin without it. */
(function () {
  "use strict";
  const root = document.documentElement;
  const base = () => root.dataset.content_root || "./";
  const dark = () => root.dataset.theme === "dark";
  const tones = {}; // looked up thousands of times for one network
  const tone = (name) => (tones[root.dataset.theme + name] ||= getComputedStyle(root).getPropertyValue("--cb-" + name).trim());
  const make = (tag, attributes, text) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    return node;
  };
  const loading = {};
  function library(file) {
    loading[file] ||= new Promise((done, failed) => {
      const script = make("script", { src: base() + "_static/" + file });
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
    return loading[file];
  }

  /* The browser's own way to write numbers takes long to get ready. */
  const thousands = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

  /* Lets the browser answer the reader between two pieces of work. */
  const pause = () => new Promise((next) => setTimeout(next));
  const painted = () => new Promise((next) => { requestAnimationFrame(() => setTimeout(next)); setTimeout(next, 200); });

  /* Charts. The tones are those of casebook/palette.py: light, dark. */
  const TONES = [
    ["#2360a5", "#7db0f2"], ["#2b8fc9", "#86cdf7"], ["#0b8063", "#4fcba2"], ["#c24a1d", "#ff9166"],
    ["#b14f8c", "#f19acb"], ["#9e6400", "#efb54e"], ["#6a54a8", "#b9a7f0"], ["#6f7680", "#a4adb8"],
    ["#1c2430", "#e6eaf0"], ["#56606d", "#aab4c0"], ["#d5dae1", "#3a4350"], ["#ffffff", "#14181e"],
  ];
  function turned(text) {
    if (!dark()) return text;
    for (const [light, night] of TONES) text = text.replaceAll('"' + light + '"', '"' + night + '"');
    return text;
  }
  async function drawChart(figure) {
    const text = JSON.parse(figure.querySelector(".cb-data").textContent).spec;
    await library("vega.js");
    const picture = figure.querySelector(".cb-picture");
    const live = make("div", { class: "cb-live", role: "img", "aria-label": label(figure) });
    picture.append(live);
    let shown, tight;
    const draw = async () => {
      if (shown) shown.finalize();
      /* On a page enlarged four times letters can be smaller; legends stand in a column, and words at
         the edge have room. */
      tight = live.clientWidth < 320;
      const spec = JSON.parse(turned(JSON.stringify(text)), (key, value) => (tight && key === "columns" ? 1 : value));
      if (tight) {
        const { axis, legend, text: words } = spec.config;
        spec.padding.right = 24;
        axis.labelFontSize = axis.titleFontSize = legend.labelFontSize = words.fontSize = 10;
        legend.columns = 1;
      }
      /* Expressions are interpreted: the page's policy lets no script make another. */
      shown = await window.vegaEmbed(live, spec, { actions: false, renderer: "svg", ast: true, defaultStyle: false, tooltip: false });
      live.querySelector("svg")?.setAttribute("aria-hidden", "true");
      for (const inner of live.querySelectorAll("[aria-label]")) inner.removeAttribute("aria-label");
      picture.classList.add("cb-drawn");
    };
    await draw();
    themed.push(draw);
    /* On paper the still stands for it, and it has no width. */
    new ResizeObserver(() => { if (live.clientWidth && (live.clientWidth < 320) !== tight) draw(); }).observe(live);
  }
  const label = (figure) => figure.querySelector(".cb-stills").getAttribute("aria-label");

  /* One card for what is told on hover and on focus. It stays while the pointer is on it or on what
     it belongs to; Escape closes it. */
  const tip = make("div", { id: "cb-tip", role: "tooltip" });
  tip.hidden = true;
  let going;
  const hideTip = () => { tip.hidden = true; };
  const keepTip = () => clearTimeout(going);
  const leaveTip = () => { keepTip(); going = setTimeout(hideTip, 250); };
  function showTip(text, at) {
    keepTip();
    if (!tip.isConnected) document.body.append(tip);
    tip.textContent = text;
    tip.hidden = false;
    tip.style.left = Math.max(12, Math.min(at.left, root.clientWidth - tip.offsetWidth - 12)) + scrollX + "px";
    tip.style.top = at.bottom + scrollY + 4 + "px";
  }

  /* Networks: vis-network with computed positions, driven from controls outside the canvas. */
  const KEYS = {
    dot: '<circle cx="7" cy="7" r="6"/>', square: '<rect x="1.5" y="1.5" width="11" height="11"/>',
    triangle: '<path d="M7 1L13 13H1z"/>', triangleDown: '<path d="M7 13L13 1H1z"/>',
    diamond: '<path d="M7 0L13 7L7 14L1 7z"/>', hexagon: '<path d="M4 1h6l4 6-4 6H4L0 7z"/>',
    star: '<path d="M7 0l2 5h5l-4 3 2 6-5-3-5 3 2-6-4-3h5z"/>',
  };
  /* So many ties are drawn before a network responds. */
  const PART = 400;
  /* Pixels of a name when the whole network is in view. */
  const LETTER = 13;
  /* A name in lines of so many letters, cut between words. */
  function lines(name, most) {
    const cut = [];
    for (const word of name.split(/\s+/)) {
      const long = cut.length && (cut.at(-1) + " " + word).length <= most;
      if (long) cut.push(cut.pop() + " " + word); else cut.push(word);
    }
    return cut;
  }
  /* Scale and middle that bring these nodes into the canvas, with room for a name below the lowest. */
  function viewOf(nodes, canvas) {
    const side = (at, sign) => sign * Math.max(...nodes.map((n) => sign * n[at] + n[5]));
    const reach = (at) => Math.max(side(at, 1) - side(at, -1), 1), middle = (at) => (side(at, 1) + side(at, -1)) / 2;
    const wide = canvas.clientWidth * 0.88, high = Math.min(canvas.clientHeight * 0.88, canvas.clientHeight - 5 * LETTER);
    return { scale: Math.min(wide / reach(3), high / reach(4), 1), position: { x: middle(3), y: middle(4) } };
  }
  /* Does the line from (x, y) to (u, v) pass through the box? Liang and Barsky (1984). */
  function crosses([x, y, u, v], box) {
    let start = 0, end = 1;
    for (const [step, room] of [[x - u, x - box.left], [u - x, box.right - x], [y - v, y - box.top], [v - y, box.bottom - y]]) {
      if (step === 0) { if (room < 0) return false; continue; }
      if (step < 0) start = Math.max(start, room / step); else end = Math.min(end, room / step);
    }
    return start < end;
  }
  const AROUND = [[0, 1], [1, 0], [-1, 0], [0, -1], [0.6, 0.8], [-0.6, 0.8], [0.6, -0.8], [-0.6, -0.8]];
  /* Where each name goes: where it covers the least, beside its mark or a little further off and then
     tied to it by a line (`to`). No name covers another or leaves the frame; who is asked first
     chooses first, and who finds no place gets none. `cost` tells how much is covered in all. */
  function placed(marks, ties, asked, nameOf, frame) {
    const places = new Map();
    const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
    const rooms = marks.map(({ x, y, r }) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r }));
    let cost = 0;
    for (const i of asked) {
      const { x, y, r } = marks[i], { half, tall } = nameOf(i);
      let best = null, least = 60;
      [0, 12, 24, 38].forEach((far, ring) => AROUND.forEach(([dx, dy], order) => {
        let cx = x + dx * (r + far + half + 3);
        const cy = y + dy * (r + far + tall / 2 + 3);
        if (!dx) cx = Math.min(Math.max(cx, frame.left + half), frame.right - half); // slides to stay in
        const box = { left: cx - half, right: cx + half, top: cy - tall / 2, bottom: cy + tall / 2, side: Math.sign(dx), to: null };
        if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom) return;
        for (const other of places.values()) if (!apart(box, other)) return;
        if (far) {
          const u = Math.min(Math.max(x, box.left + 3), box.right - 3), v = Math.min(Math.max(y, box.top), box.bottom), part = r / Math.hypot(u - x, v - y);
          box.to = [x + (u - x) * part, y + (v - y) * part, u, v];
        }
        const covered = rooms.filter((room, j) => j !== i && (!apart(box, room) || (far && crosses(box.to, room)))).length;
        const wider = { left: box.left - 5, right: box.right + 5, top: box.top - 5, bottom: box.bottom + 5 };
        const near = rooms.filter((room, j) => j !== i && !apart(wider, room)).length; // it may be taken for that one's
        let bad = 30 * covered + 6 * near + 4 * ring + order / 4;
        if (bad < least) bad += Math.min(ties.filter((tie) => crosses(tie, box)).length, 6);
        if (bad < least) { least = bad; best = box; }
      }));
      cost += least;
      if (best) places.set(i, best);
    }
    return { places, cost };
  }
  async function drawNetwork(figure) {
    const data = JSON.parse(figure.querySelector(".cb-data").textContent);
    await library("vis-network.js");
    const picture = figure.querySelector(".cb-picture");
    const controls = make("div", { class: "cb-net-controls" });
    /* It takes keys of its own, which screen readers pass on to an application only. */
    const keys = make("p", { id: figure.id + "-keys", class: "cb-sr" }, "Arrow keys move the view, plus and minus zoom, zero fits it, Escape lets go of a chosen mark.");
    const canvas = make("div", { class: "cb-canvas", tabindex: "0", role: "application", "aria-label": label(figure), "aria-describedby": keys.id });
    const status = make("p", { class: "cb-net-status", role: "status" });
    const live = make("div", { class: "cb-live" });
    live.append(controls, canvas, keys, status);
    picture.append(live);
    picture.classList.add("cb-drawn");
    const few = data.nodes.length <= 40;
    const hidden = new Set();
    let threshold = data.start, selected = null;

    /* What is hidden: groups switched off, ties below the threshold, nodes that keep no tie. */
    function concealed() {
      const held = new Set();
      const ties = data.edges.map((e) => {
        const on = e[2] >= threshold && !hidden.has(data.nodes[e[0]][2]) && !hidden.has(data.nodes[e[1]][2]);
        if (on) { held.add(e[0]); held.add(e[1]); }
        return !on;
      });
      return { ties, nodes: data.nodes.map((n, i) => hidden.has(n[2]) || (data.curve.length > 0 && !held.has(i))) };
    }
    let now = concealed();
    /* A narrow screen has room for few names. */
    const narrow = picture.clientWidth < 500;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = LETTER + "px arial";
    const written = [];
    const nameOf = (i) => {
      if (written[i]) return written[i];
      const each = lines(data.nodes[i][1], narrow ? 13 : 22), widths = each.map((line) => pen.measureText(line).width);
      return (written[i] = { each, widths, half: Math.max(...widths) / 2 + 3, tall: each.length * LETTER + 2 });
    };
    if (few && narrow) {
      /* Places are wide rather than high, and this canvas is not: room for names comes from there. */
      canvas.style.height = Math.min(16 + 0.8 * data.nodes.length, 36) + "rem";
      const across = viewOf(data.nodes.map((n) => [...n.slice(0, 4), 0, n[5]]), canvas).scale, ends = data.nodes.map((n) => n[4]);
      const spare = 0.7 * canvas.clientHeight / across / Math.max(Math.max(...ends) - Math.min(...ends), 1);
      for (const n of data.nodes) n[4] *= Math.min(Math.max(spare, 1), 3);
    }
    const whole = viewOf(data.nodes, canvas);
    const asked = data.nodes.flatMap((n, i) => (few || n[7] ? [i] : []));
    /* On a narrow screen the names of a network of many would cover it: they come with a closer look. */
    const closer = narrow && !few ? 1.6 : 0;
    /* Who chooses first: the largest marks, the names that are hardest to place, or the topmost. */
    const turns = [(i) => data.nodes[i][5], (i) => nameOf(i).half * nameOf(i).tall, (i) => -data.nodes[i][4]];
    /* Names keep their size and are placed anew at each zoom, so that a closer look has more of them;
       in a network of many, marks and ties lie everywhere and only marks with names are kept clear. */
    let last = {};
    function namesAt(scale, who) {
      const key = scale + " " + threshold + " " + who.join();
      if (last.key === key) return last.places;
      const marks = data.nodes.map((n, i) => (few || who.includes(i) ? { x: n[3] * scale, y: n[4] * scale, r: n[5] * scale } : { x: Infinity, y: Infinity, r: 0 }));
      const x = whole.position.x * scale, y = whole.position.y * scale, wide = canvas.clientWidth / 2 - 2, high = canvas.clientHeight / 2 - 2;
      const frame = scale > 1.01 * whole.scale ? { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity } :
        { left: x - wide, right: x + wide, top: y - high, bottom: y + high - (data.mark ? 16 : 0) };
      const ties = few ? data.edges.flatMap(([from, to], j) => (now.ties[j] ? [] : [[marks[from].x, marks[from].y, marks[to].x, marks[to].y]])) : [];
      const tried = turns.map((turn) => placed(marks, ties, [...who].sort((a, b) => turn(b) - turn(a) || a - b), nameOf, frame));
      last = { key, places: tried.reduce((a, b) => (b.cost < a.cost ? b : a)).places };
      return last.places;
    }
    const colours = data.groups.map((group) => tone(group.colour));
    const nodeOf = (n, i) => ({ id: i, x: n[3], y: n[4], size: n[5], shape: data.groups[n[2]].shape, color: colours[n[2]], hidden: now.nodes[i] });
    const nodes = new window.vis.DataSet(data.nodes.map(nodeOf));
    const heaviest = data.edges.reduce((most, e) => Math.max(most, e[2]), 1);
    /* In pixels when the whole network is in view: the more ties, the thinner and paler. */
    const many = data.edges.length, tint = many > 400 ? 0.22 : many > 60 ? 0.4 : 0.8;
    const width = (e) => (many > 60 ? 0.7 + e[2] / heaviest : (narrow ? 0.5 : 1) * (1 + 3 * (e[2] / heaviest))) / whole.scale;
    const edgeOf = (i) => { const e = data.edges[i]; return { id: i, from: e[0], to: e[1], width: width(e), hidden: now.ties[i] }; };
    /* The heaviest ties come first, the others in parts while the reader can act already. */
    const heavy = data.edges.map((_, i) => i).sort((a, b) => data.edges[b][2] - data.edges[a][2]);
    const edges = new window.vis.DataSet(heavy.splice(0, PART).map(edgeOf));
    const around = (i) => new Set(data.edges.flatMap((e) => (e[0] === i ? [e[1]] : e[1] === i ? [e[0]] : [])));
    const options = structuredClone(data.options);
    options.edges.color = { color: tone("muted"), opacity: tint, highlight: tone("ink"), hover: tone("ink") };
    options.edges.arrows = { to: { enabled: data.directed, scaleFactor: few ? 3 : 1.2 } };
    options.autoResize = true;
    const coarse = matchMedia("(pointer: coarse)").matches;
    options.interaction.dragView = !coarse;
    options.interaction.dragNodes = false; // where a mark lies was computed
    options.interaction.keyboard = false;
    const network = new window.vis.Network(canvas, { nodes, edges }, options);
    const fit = () => network.moveTo({ ...viewOf(data.nodes, canvas), animation: false });
    fit();
    canvas.querySelector(".vis-network").tabIndex = -1; // one stop for the keyboard, not two
    /* Whose name is written: the ones asked for, or those around a chosen mark. */
    function called() {
      if (selected === null) return network.getScale() < whole.scale * closer ? [] : asked.filter((i) => !now.nodes[i]);
      const ring = [...around(selected)];
      return [selected, ...(ring.length <= 12 ? ring : [])];
    }
    network.on("afterDrawing", (context) => {
      context.save();
      context.setTransform(window.devicePixelRatio, 0, 0, window.devicePixelRatio, 0, 0);
      const zero = network.canvasToDOM({ x: 0, y: 0 }), places = namesAt(network.getScale(), called());
      context.translate(zero.x, zero.y);
      Object.assign(context, { strokeStyle: tone("ink"), lineWidth: 1 });
      context.beginPath();
      for (const { to } of places.values()) if (to) { context.moveTo(to[0], to[1]); context.lineTo(to[2], to[3]); }
      context.setLineDash([1.5, 2.5]);
      context.stroke();
      context.setLineDash([]);
      Object.assign(context, { font: pen.font, textBaseline: "middle", textAlign: "left", fillStyle: tone("ink"), strokeStyle: tone("paper"), lineWidth: 3, lineJoin: "round" });
      for (const [i, box] of places) {
        const { each, widths } = nameOf(i);
        each.forEach((line, k) => {
          const spare = box.right - box.left - 6 - widths[k];
          const x = box.left + 3 + spare * (1 - box.side) / 2, y = box.top + 1 + (k + 0.5) * LETTER;
          context.strokeText(line, x, y);
          context.fillText(line, x, y);
        });
      }
      context.translate(-zero.x, -zero.y);
      if (data.mark) {
        context.font = "700 13px system-ui, sans-serif";
        context.fillStyle = tone("red");
        Object.assign(context, { textAlign: "right", textBaseline: "alphabetic" });
        context.fillText(data.mark, canvas.clientWidth - 12, canvas.clientHeight - 12);
      }
      context.restore();
    });

    function update() {
      const next = concealed();
      const changes = (was, is) => is.flatMap((gone, i) => (gone === was[i] ? [] : [{ id: i, hidden: gone }]));
      edges.update(changes(now.ties, next.ties).filter((tie) => edges.get(tie.id)));
      nodes.update(changes(now.nodes, next.nodes));
      now = next;
      if (selected === null) say(tally());
    }
    function tally() {
      const row = data.curve.find((r) => r[0] === threshold);
      const tied = data.directed ? "accounts" : "people";
      const shown = called(), silent = shown.length - namesAt(network.getScale(), shown).size;
      const more = closer && asked.length ? " Zoom in to read names." : "";
      const held = now.ties.filter((gone) => !gone).length, lightest = data.edges.reduce((least, e) => Math.min(least, e[2]), Infinity);
      return (row ? "Ties of weight " + threshold + " or more: " + thousands(row[1]) + " " + tied + " and " + thousands(row[2]) + " ties in the full network. " : "") + data.rule +
        (row && threshold < lightest ? " Ties of less weight than " + lightest + " are never drawn." : "") +
        (held < many ? " In view now: " + thousands(now.nodes.filter((gone) => !gone).length) + " nodes and " + thousands(held) + " ties." : "") +
        (silent ? " For " + silent + (silent > 1 ? " names" : " name") + " there is no room: zoom in, or choose a mark to read what it is." : more);
    }
    const say = (text) => { status.textContent = text; };

    function select(i) {
      selected = i;
      const ring = i === null ? null : around(i);
      nodes.update(data.nodes.map((n, j) => {
        const lit = ring === null || j === i || ring.has(j);
        return { id: j, opacity: lit ? 1 : 0.12 };
      }));
      if (i === null) { network.unselectAll(); say(tally()); return; }
      network.selectNodes([i]);
      const n = data.nodes[i];
      const listed = [...ring].slice(0, 12).map((j) => data.nodes[j][1]).join(", ");
      say(n[1] + " (" + data.groups[n[2]].label + (n[6] ? ", " + n[6] : "") + "): tied to " + ring.size + " of those drawn" +
        (ring.size ? ": " + listed + (ring.size > 12 ? " and " + (ring.size - 12) + " more" : "") : "") + ". Escape lets go.");
    }
    network.on("click", (event) => select(event.nodes.length ? event.nodes[0] : null));
    const pointed = (text, x, y) => {
      const spot = network.canvasToDOM({ x, y }), frame = canvas.getBoundingClientRect();
      showTip(text, { left: frame.left + spot.x, bottom: frame.top + spot.y });
    };
    network.on("hoverNode", ({ node }) => {
      const n = data.nodes[node], group = data.groups[n[2]];
      pointed(n[1] + " · " + group.label + (n[6] ? " · " + n[6] : ""), n[3], n[4] + n[5]);
    });
    network.on("hoverEdge", ({ edge, pointer }) => {
      if (data.edges[edge][3]) pointed(data.edges[edge][3], pointer.canvas.x, pointer.canvas.y);
    });
    network.on("blurNode", leaveTip);
    network.on("blurEdge", leaveTip);

    const groups = make("fieldset");
    groups.append(make("legend", {}, "Groups shown"));
    data.groups.forEach((group, g) => {
      if (!group.members) return;
      const box = make("input", { type: "checkbox" });
      box.checked = true;
      box.addEventListener("change", () => { box.checked ? hidden.delete(g) : hidden.add(g); update(); });
      const key = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      key.setAttribute("class", "cb-key"); key.setAttribute("viewBox", "0 0 14 14"); key.setAttribute("aria-hidden", "true");
      key.style.fill = "var(--cb-" + group.colour + ")";
      key.innerHTML = KEYS[group.shape];
      const line = make("label");
      line.append(box, key, make("span", {}, group.label + (few ? "" : " (" + thousands(group.members) + ")")));
      groups.append(line);
    });
    controls.append(groups);
    if (data.curve.length) {
      const last = data.curve.at(-1)[0];
      const slider = make("input", { type: "range", min: data.curve[0][0], max: last, value: data.start, step: 1 });
      const line = make("label"), shown = make("output", { "aria-live": "off" }, String(data.start)); // the line below says it
      line.append(make("span", {}, "Tie weight at least"), slider, shown);
      slider.addEventListener("input", () => { threshold = Number(slider.value); shown.textContent = slider.value; update(); });
      controls.append(line);
    }
    if (data.nodes.length > 8) {
      const list = figure.id + "-names";
      const search = make("input", { type: "text", list, autocomplete: "off" });
      const line = make("label");
      line.append(make("span", {}, "Find"), search);
      const choices = make("datalist", { id: list });
      /* Hundreds of choices are made when they are asked for. */
      search.addEventListener("focus", () => choices.append(...data.nodes.slice(0, 400).map((n) => make("option", { value: n[1] }))), { once: true });
      search.addEventListener("change", () => {
        const wanted = search.value.trim().toLowerCase();
        const i = data.nodes.findIndex((n) => n[1].toLowerCase() === wanted || n[0].toLowerCase() === wanted);
        if (!wanted) select(null);
        else if (i < 0) say("No drawn node is called “" + search.value + "”.");
        else { select(i); network.focus(i, { scale: 0.25, animation: false }); }
      });
      controls.append(line, choices);
    }
    const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: false });
    /* Without dragging and without keys. */
    const move = (x, y) => { const step = 60 / network.getScale(), at = network.getViewPosition(); network.moveTo({ position: { x: at.x + x * step, y: at.y + y * step }, animation: false }); };
    const view = make("div", { class: "cb-net-view", role: "group", "aria-label": "View" });
    controls.append(view);
    for (const [name, sign, act] of [["Zoom in", "+", () => zoom(1.3)], ["Zoom out", "−", () => zoom(1 / 1.3)], ["Fit the view", "Fit", fit],
      ["Move left", "←", () => move(-1, 0)], ["Move right", "→", () => move(1, 0)], ["Move up", "↑", () => move(0, -1)], ["Move down", "↓", () => move(0, 1)]]) {
      const button = make("button", { type: "button", "aria-label": name }, sign);
      button.addEventListener("click", act);
      view.append(button);
    }
    canvas.addEventListener("keydown", (event) => {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (moves[event.key]) move(...moves[event.key]);
      else if (event.key === "+" || event.key === "=") zoom(1.3);
      else if (event.key === "-") zoom(1 / 1.3);
      else if (event.key === "0") fit();
      else if (event.key === "Escape") select(null);
      else return;
      event.preventDefault();
    });
    /* The page scrolls past until the reader steps in. */
    const wake = (on) => network.setOptions({ interaction: { zoomView: on, ...(coarse ? { dragView: on } : {}) } });
    if (coarse) {
      const touch = () => { canvas.querySelectorAll("*").forEach((n) => { n.style.touchAction = active ? "none" : "pan-y pinch-zoom"; }); };
      let active = false;
      const tap = make("button", { type: "button", class: "cb-tap", "aria-pressed": "false" }, "Move and zoom");
      tap.addEventListener("click", () => {
        active = !active;
        wake(active);
        touch();
        tap.setAttribute("aria-pressed", String(active));
        tap.textContent = active ? "Done" : "Move and zoom";
      });
      canvas.append(tap);
      touch();
    } else {
      canvas.addEventListener("click", () => wake(true));
      canvas.addEventListener("mouseleave", () => wake(false));
    }
    themed.push(() => {
      nodes.update(data.nodes.map((n, i) => ({ id: i, color: tone(data.groups[n[2]].colour) })));
      if (selected !== null) select(selected);
      network.setOptions({ edges: { color: { color: tone("muted"), opacity: tint, highlight: tone("ink"), hover: tone("ink") } } });
    });
    say(tally());
    await painted();
    figure.dataset.responds = "1";
    complete();
    async function complete() {
      for (let part = 2 * PART; heavy.length; part *= 2) {
        await painted();
        edges.add(heavy.splice(0, part).map(edgeOf));
      }
      figure.dataset.ready = "1";
    }
  }

  /* Tables: sort by any column; long ones can be filtered. */
  function sortable(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    if (body.rows.length < 8) return;
    heads.forEach((head, column) => {
      const button = make("button", { type: "button" }, head.textContent);
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        whole(table);
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const number = head.classList.contains("cb-num");
        const value = (row) => { const text = row.cells[column].textContent; return number ? parseFloat(text.replaceAll(",", "").replace("\u2212", "-")) : text.toLowerCase(); };
        const rows = [...body.rows].sort((a, b) => {
          const x = value(a), y = value(b);
          if (number && isNaN(x) !== isNaN(y)) return isNaN(x) ? 1 : -1;
          const order = x < y ? -1 : x > y ? 1 : 0;
          return up ? order : -order;
        });
        body.append(...rows);
      });
    });
    /* A table to choose from asks for words among its choices. */
    if (body.rows.length < 30 || table.closest("[data-choose]")) return;
    const line = make("div", { class: "cb-filter" }), name = make("label");
    const input = make("input", { type: "text" }), count = make("span", { role: "status" });
    name.append(make("span", {}, "Filter rows"), input);
    line.append(name, count);
    table.parentElement.before(line);
    input.addEventListener("input", () => {
      whole(table);
      const wanted = input.value.toLowerCase();
      let shown = 0;
      for (const row of body.rows) { row.hidden = !row.textContent.toLowerCase().includes(wanted); shown += !row.hidden; }
      count.textContent = wanted ? shown + " of " + body.rows.length + " rows" : "";
    });
  }

  /* So many cards are shown at first. */
  const FIRST = 24;

  /* A table to choose from: a choice for some columns, and the rows that meet them as cards. */
  function chooser(figure) {
    const table = figure.querySelector("table.cb-table"), rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent);
    const columns = figure.dataset.choose.split(" ").map(Number);
    const values = (row, column) => row.cells[column].textContent.split("; ").filter(Boolean);
    const form = make("div", { class: "cb-choose", role: "group", "aria-label": "Your choices" });
    const choices = columns.map((column) => {
      const label = make("label"), select = make("select"), seen = new Map();
      rows.forEach((row) => values(row, column).forEach((value) => seen.set(value, (seen.get(value) || 0) + 1)));
      select.append(make("option", { value: "" }, "any"), ...[...seen].map(([value, n]) => make("option", { value }, value + " (" + n + ")")));
      label.append(make("span", {}, heads[column]), select);
      form.append(label);
      select.addEventListener("change", () => { whole = false; show(); });
      return select;
    });
    const words = make("input", { type: "text" });
    if (rows.length >= 30) {
      const label = make("label");
      label.append(make("span", {}, "words"), words);
      form.append(label);
      words.addEventListener("input", () => { whole = false; show(); });
    }
    const clear = make("button", { type: "button" }, "Clear");
    clear.addEventListener("click", () => { choices.forEach((select) => { select.value = ""; }); words.value = ""; whole = false; show(); });
    form.append(clear);
    const count = make("p", { role: "status", class: "cb-count" }), list = make("ul", { class: "cb-chosen" });
    const more = make("button", { type: "button", class: "cb-more" });
    let whole = false;
    more.addEventListener("click", () => { whole = true; show(); list.children[FIRST]?.focus(); });
    const fold = make("details", { class: "cb-twin" });
    fold.append(make("summary", {}, "All rows as a table"));
    const scroll = table.parentElement;
    scroll.replaceWith(fold);
    fold.append(scroll);
    fold.before(form, count, list, more);
    /* A link to a row leads to its card, since the table is folded away. */
    const anchors = new Map(rows.filter((row) => row.id).map((row) => [row.id, row]));
    rows.forEach((row) => row.removeAttribute("id"));
    function card(row) {
      const item = make("li", { tabindex: "-1" }), said = make("dl");
      for (const [id, held] of anchors) if (held === row) item.id = id;
      const name = make("p", { class: "cb-chosen-name" }, row.cells[0].textContent), link = row.querySelector("a.cb-row")?.cloneNode();
      link?.removeAttribute("tabindex");
      if (link) name.append(link);
      item.append(name);
      heads.forEach((head, i) => {
        if (i && row.cells[i].textContent) said.append(make("dt", {}, head), make("dd", {}, row.cells[i].textContent));
      });
      item.append(said);
      return item;
    }
    function show() {
      const wanted = choices.map((select) => select.value), asked = wanted.filter(Boolean).length;
      const met = rows.map((row) => wanted.filter((value, i) => value && values(row, columns[i]).includes(value)).length);
      const said = words.value.toLowerCase(), spoken = (row) => row.textContent.toLowerCase().includes(said);
      const best = Math.max(...met), found = rows.filter((row, i) => met[i] === best && spoken(row));
      count.textContent = best === asked
        ? (asked || said ? found.length + " of " + rows.length + " meet your choices." : "No choice made yet: all " + rows.length + ".")
        : "None meets all your choices. " + (best ? "Nearest, with " + best + " of " + asked + ":" : "");
      const cards = best || !asked ? found : [], left = whole ? 0 : Math.max(cards.length - FIRST, 0);
      list.replaceChildren(...cards.slice(0, cards.length - left).map(card));
      more.hidden = !left;
      more.textContent = "Show the other " + left;
    }
    function follow() {
      const row = anchors.get(decodeURIComponent(location.hash.slice(1)));
      if (!row) return;
      choices.forEach((select) => { select.value = ""; });
      words.value = "";
      whole = true;
      show();
      document.getElementById(location.hash.slice(1)).scrollIntoView();
    }
    show();
    addEventListener("hashchange", follow);
    follow();
  }

  /* Where a number comes from, and what a Dutch term means. */
  function tips() {
    const told = (event) => event.target.closest?.("a[data-tip]");
    const show = (fact) => {
      showTip(fact.dataset.tip, fact.getBoundingClientRect());
      /* The name of a fact says it already. */
      if (!fact.hasAttribute("aria-label")) fact.setAttribute("aria-describedby", "cb-tip");
    };
    document.addEventListener("mouseover", (event) => {
      if (told(event)) show(told(event));
      else if (event.target.closest?.("#cb-tip")) keepTip();
      else if (!event.target.closest?.(".cb-canvas")) leaveTip();
    });
    document.addEventListener("focusin", (event) => (told(event) ? show(told(event)) : hideTip()));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
  }

  /* A box is a stop for the keyboard only while it scrolls. */
  const scrolls = new ResizeObserver((entries) => {
    for (const { target: box } of entries) {
      const on = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      box.setAttribute("role", on ? "region" : "group");
      if (on) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });

  /* What the theme leaves unsaid. */
  function mend() {
    /* Its side bar is no landmark of itself. */
    const aside = document.querySelector("#pst-primary-sidebar");
    aside?.setAttribute("role", "complementary");
    aside?.setAttribute("aria-label", "Contents and search");
    document.querySelector(".search-button-field")?.removeAttribute("aria-label"); // it hid the words that are seen
    /* Its boxes of plain tables take the focus where they scroll, without a name. */
    document.querySelectorAll(".pst-scrollable-table-container").forEach((box) => {
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Table: " + [...box.querySelectorAll("thead th")].map((head) => head.textContent.trim()).join(", "));
    });
    document.querySelectorAll(".bd-links a.current").forEach((link) => link.setAttribute("aria-current", "page"));
    for (const [kind, name] of [["primary", "Contents of the book"], ["secondary", "Contents of this page"]])
      document.querySelectorAll("." + kind + "-toggle").forEach((button) => {
        for (const held of ["aria-label", "title", "data-bs-original-title", "data-bs-title"]) if (button.hasAttribute(held)) button.setAttribute(held, name);
      });
    /* Its hints go away when the pointer comes near: those of the browser instead. */
    addEventListener("load", () => document.querySelectorAll("[data-bs-toggle=tooltip]").forEach((button) => { button.title = button.getAttribute("aria-label") || ""; }));
  }

  /* Which library draws what, the lighter first. */
  const DRAWN_BY = { ".cb-of-network": "vis-network.js", ".cb-of-chart": "vega.js" };

  /* Figures are drawn when they come near, one after the other. The text comes first: until the
     reader moves, the still pictures stand, and a long table shows what fills its frame. */
  function drawing() {
    const near = new Set();
    let busy = false;
    /* Screens to go; charts can wait for networks, whose stills take no input. */
    const away = (figure) => {
      const at = figure.getBoundingClientRect();
      return Math.max(at.top / innerHeight - 1, -at.bottom / innerHeight, 0) + (figure.matches(".cb-of-chart") ? 0.5 : 0);
    };
    async function work() {
      if (busy) return;
      for (busy = true; near.size; await pause()) {
        const figure = [...near].reduce((a, b) => (away(b) < away(a) ? b : a));
        near.delete(figure);
        try { await (figure.matches(".cb-of-network") ? drawNetwork : drawChart)(figure); }
        catch (error) { console.error(error); }
      }
      busy = false;
    }
    const seen = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        near.add(target);
      }
      work();
    }, { rootMargin: "150% 0px" });
    return async (part, when) => {
      const figures = [...part.querySelectorAll(Object.keys(DRAWN_BY).join())];
      if (!figures.length) return;
      await loaded;
      /* What will be needed is fetched already, and run when it is. */
      if (location.protocol.startsWith("http") && !navigator.connection?.saveData) {
        for (const [kind, file] of Object.entries(DRAWN_BY)) {
          if (!loading[file] && part.querySelector(kind)) fetch(base() + "_static/" + file, { priority: "low" }).then((got) => got.blob()).catch(() => {});
        }
      }
      await when;
      figures.forEach((figure) => seen.observe(figure));
    };
  }

  const themed = [];
  /* The reader's first act; or, for who reads on without one, some seconds. */
  const moved = new Promise((done) => {
    if (location.hash || scrollY) done();
    for (const act of ["scroll", "pointerdown", "pointermove", "touchstart", "wheel", "keydown", "focusin"]) {
      addEventListener(act, done, { once: true, passive: true });
    }
    setTimeout(done, 10000);
  });
  const whole = (table) => table.parentElement.classList.add("cb-whole");
  const loaded = new Promise((done) => {
    if (document.readyState === "complete") done();
    else addEventListener("load", () => setTimeout(done), { once: true });
  });
  function start() {
    tips();
    mend();
    const watch = drawing();
    const dress = (part) => {
      part.querySelectorAll(".cb-scroll").forEach((box) => scrolls.observe(box));
      part.querySelectorAll("table.cb-table").forEach(sortable);
      part.querySelectorAll(".cb-figure[data-choose]").forEach(chooser);
    };
    dress(document);
    watch(document, moved);
    /* The page that runs chapters adds figures later, when the reader asks for them. */
    document.addEventListener("casebook:added", (event) => { dress(event.target); watch(event.target, null); });
    loaded.then(() => moved).then(() => (window.requestIdleCallback || setTimeout)(() => document.querySelectorAll(".cb-long table").forEach(whole)));
    new MutationObserver(() => themed.forEach((redraw) => redraw())).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
    /* A link to a row of a table must open what folds it away. */
    const open = () => { const row = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1))); row?.closest(".cb-long")?.classList.add("cb-whole"); row?.closest("details")?.setAttribute("open", ""); row?.scrollIntoView(); };
    addEventListener("hashchange", open);
    if (location.hash) open();
    // On paper: every still, and the folded tables that fit on a page.
    let unfolded = [];
    addEventListener("beforeprint", () => {
      document.querySelectorAll(".cb-long table").forEach(whole);
      document.querySelectorAll("img.cb-on-light").forEach((still) => still.removeAttribute("loading"));
      unfolded = [...document.querySelectorAll("details.cb-twin:not([open])")].filter((twin) => twin.querySelectorAll("tr").length <= 25);
      for (const twin of unfolded) twin.open = true;
    });
    addEventListener("afterprint", () => unfolded.forEach((twin) => { twin.open = false; }));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
