/* The page that runs a chapter: its cells, what they give, and whether that is what the page has. */
(function () {
  "use strict";
  const root = document.documentElement;
  const base = new URL(root.dataset.content_root || "./", location.href).href;
  const part = (id) => document.getElementById("cb-run-" + id);
  const chapters = JSON.parse(part("chapters").textContent);
  const name = new URLSearchParams(location.search).get("chapter");
  const make = (tag, attributes, ...inside) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };
  const SIGNS = { published: "■", derived: "▲", coded: "●", yours: "◆", reconstructed: "◇" };

  /* A figure as the chapter's page has it; assets/casebook.js draws it. */
  function table({ columns, numeric, rows }, description) {
    const sort = (tag, text, i, more) => make(tag, { ...more, ...(numeric[i] ? { class: "cb-num" } : {}) }, text);
    const head = make("tr", {}, ...columns.map((text, i) => sort("th", text, i, { scope: "col" })));
    const body = rows.map((row) => make("tr", {}, ...row.map((text, i) => sort("td", text, i, {}))));
    return make("div", { class: "cb-scroll", role: "region", tabindex: "0", "aria-label": "Table: " + description },
      make("table", { class: "cb-table" }, make("thead", {}, head), make("tbody", {}, ...body)));
  }
  function figure(payload, cell) {
    const choose = payload.content.choose;
    const made = make("div", { class: "cb-figure cb-of-" + payload.type + " cb-is-" + payload.kind, id: "run-" + cell + "-" + payload.name });
    if (choose) made.dataset.choose = choose.join(" ");
    const badge = make("span", { class: "cb-badge cb-" + payload.kind }, make("span", { "aria-hidden": "true" }, SIGNS[payload.kind]), " " + payload.kind);
    made.append(make("div", { class: "cb-head" }, badge, make("span", { class: "cb-sources" }, payload.cited)));
    if (payload.type === "table") made.append(table(payload.table, payload.description));
    else {
      const twin = make("details", { class: "cb-twin" }, make("summary", {}, "Description and table"),
        make("p", {}, payload.description), table(payload.table, payload.description));
      made.append(
        make("div", { class: "cb-picture" }, make("div", { class: "cb-stills", role: "img", "aria-label": payload.description })),
        make("script", { type: "application/json", class: "cb-data" }, JSON.stringify(payload.content)), twin);
    }
    const note = [payload.table.note, payload.note].filter(Boolean).join(" ");
    if (note) made.append(make("p", { class: "cb-links" }, make("span", {}, note)));
    return made;
  }
  function told(payload) {
    const list = make("dl", { class: "cb-run-told" });
    for (const [key, text] of Object.entries(payload.values)) list.append(make("dt", {}, key), make("dd", {}, text));
    return make("div", {}, make("p", { class: "cb-run-how" }, payload.kind + ": " + payload.how), list);
  }
  const shown = (payload, cell) => (payload.values ? told(payload) : figure(payload, cell));

  /* Cells. */
  let cells = [];
  function addCell(item) {
    const number = cells.length + 1;
    const code = make("textarea", { spellcheck: "false", autocapitalize: "off", autocomplete: "off",
      rows: Math.max(item.source.split("\n").length, 2), "aria-label": "Code of cell " + number, wrap: "off" });
    code.value = item.source;
    const once = make("button", { type: "button" }, "Run cell " + number);
    const reset = make("button", { type: "button", disabled: "" }, "Reset cell " + number);
    const say = make("span", { class: "cb-run-said" });
    const output = make("div", { class: "cb-run-output" });
    const fold = make("details", { class: "cb-run-code" }, make("summary", {}, "Code of cell " + number), code);
    const caption = item.caption ? [make("p", { class: "cb-run-caption" }, item.caption)] : [];
    const section = make("section", { class: "cb-run-cell", "aria-label": "Cell " + number },
      fold, make("div", { class: "cb-run-buttons" }, once, reset, say), output, ...caption);
    const cell = { number, item, code, reset, say, output, section, state: "waiting", differ: [] };
    code.addEventListener("input", () => changed(cell));
    code.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); queue([cell]); }
    });
    once.addEventListener("click", () => queue([cell]));
    reset.addEventListener("click", () => { restore(cell); code.focus(); });
    cells.push(cell);
    part("cells").append(section);
  }
  const edited = (cell) => cell.code.value !== cell.item.source;
  function changed(cell) {
    cell.reset.disabled = !edited(cell);
    part("reset").disabled = !cells.some(edited);
  }
  function restore(cell) { cell.code.value = cell.item.source; changed(cell); }

  /* The worker. */
  let worker = null, ready = false, waiting = [], running = null;
  function begin() {
    /* From a blob the worker is bound by this page's policy: no other host, whatever a cell asks for. */
    const script = URL.createObjectURL(new Blob(["import " + JSON.stringify(base + "_static/run/worker.js")], { type: "text/javascript" }));
    worker = new Worker(script, { type: "module" });
    worker.onmessage = ({ data }) => heard[data.kind](data);
    worker.onerror = (event) => { event.preventDefault(); heard.failed({ text: event.message || "the worker could not start" }); };
    const published = cells.map((cell) => cell.item.published).filter((held) => held && held.table);
    const job = { kind: "start", base, chapter: name, published };
    worker.postMessage(job);
    progress(1, "Loading Python and the packages. The first time this takes a while.");
  }
  const progress = (share, text) => { part("progress").value = share; part("status").textContent = text; };
  const heard = {
    stage: ({ share, text }) => progress(share, text + " …"),
    ready: () => { ready = true; next(); },
    failed: ({ text }) => { end(); progress(0, "Python stopped: " + text); part("status").dataset.state = "failed"; },
    result: ({ cell, result }) => { show(cells[cell - 1], result); running = null; next(); },
  };
  function queue(more) {
    waiting.push(...more.filter((cell) => !waiting.includes(cell)));
    for (const cell of more) { cell.state = "waiting"; cell.say.textContent = "waits"; }
    delete part("status").dataset.state;
    part("agree").textContent = "";
    part("stop").disabled = false;
    if (!worker) begin(); else next();
  }
  function next() {
    if (!ready || running) return;
    running = waiting.shift() || null;
    if (!running) {
      part("stop").disabled = true;
      progress(100, "Done.");
      part("status").dataset.state = "done";
      return agree();
    }
    running.say.textContent = "runs";
    const done = cells.length - waiting.length - 1;
    progress(75 + (25 * done) / cells.length, "Running cell " + running.number + " of " + cells.length + " …");
    worker.postMessage({ kind: "run", cell: running.number, source: running.code.value, published: running.item.published });
  }
  function end() {
    worker?.terminate();
    worker = running = null;
    ready = false;
    for (const cell of waiting) cell.say.textContent = "";
    waiting = [];
    part("stop").disabled = true;
  }

  /* What a cell gave. */
  function show(cell, result) {
    const page = cell.item.published, made = result.figure || result.told;
    cell.output.replaceChildren();
    cell.differ = result.differ || [];
    cell.state = result.missing ? "missing" : result.error ? "error" : "ran";
    /* What follows from a cell that cannot run here cannot run either. */
    const before = cells.slice(0, cell.number - 1).some((other) => other.state === "missing");
    if (cell.state === "error" && before && /NameError/.test(result.error) && !edited(cell)) cell.state = "missing";
    if (result.text) cell.output.append(make("pre", {}, result.text));
    if (cell.state === "missing") {
      const why = result.missing ? "it needs " + result.missing + ", which browsers lack" : "it needs a cell that cannot";
      cell.output.append(make("p", { class: "cb-run-note" }, "This cell cannot run in a browser: " + why + "." + (page ? " What the chapter's page shows is kept here." : "")));
      if (page) cell.output.append(shown(page, cell.number));
    } else if (result.error) cell.output.append(make("pre", { class: "cb-run-error" }, result.error));
    else if (made) cell.output.append(shown(made, cell.number));
    if (page && cell.state === "ran" && !made) cell.differ = ["this cell shows nothing, on the page it does"];
    cell.say.textContent = { missing: "kept from the page", error: "stopped with an error" }[cell.state]
      || (cell.differ.length ? "differs from the page" : page ? "equals the page" : "done");
    cell.section.dataset.state = cell.differ.length ? "differs" : cell.state;
    if (cell.differ.length) cell.output.append(make("p", { class: "cb-run-note" }, "Not as on the page: " + cell.differ.join("; ") + "."));
    cell.output.dispatchEvent(new CustomEvent("casebook:added", { bubbles: true }));
  }
  function agree() {
    const count = { value: 0, table: 0, chart: 0, network: 0 };
    for (const { item, state } of cells) {
      if (!item.published || state !== "ran") continue;
      if (item.published.values) count.value += Object.keys(item.published.values).length;
      else count[item.published.type] += 1;
    }
    const parts = Object.entries(count).filter(([, n]) => n).map(([what, n]) => n + " " + what + (n > 1 ? "s" : ""));
    const all = parts.length > 1 ? parts.slice(0, -1).join(", ") + " and " + parts.at(-1) : parts[0] || "nothing";
    const differ = cells.filter((cell) => cell.differ.length).map((cell) => cell.number);
    const stopped = cells.filter((cell) => cell.state === "error").map((cell) => cell.number);
    const kept = cells.filter((cell) => cell.state === "missing").map((cell) => cell.number);
    const still = cells.some((cell) => cell.state === "waiting");
    const list = (numbers) => (numbers.length > 1 ? "cells " : "cell ") + numbers.join(", ");
    const said = [
      differ.length ? "Not as on the chapter's page: " + list(differ) + "." : "Computed here and equal to the chapter's page: " + all + ".",
      stopped.length ? "Stopped with an error: " + list(stopped) + "." : "",
      kept.length ? "Kept from the page, as they cannot run in a browser: " + list(kept) + "." : "",
      still ? "Some cells have not run." : "",
    ];
    part("agree").textContent = said.filter(Boolean).join(" ");
    part("agree").dataset.state = differ.length || stopped.length ? "differs" : "equal";
  }

  async function open() {
    const { title, page, items } = await (await fetch(base + "_static/run/" + name + ".json")).json();
    part("title").textContent = "Run: " + title;
    document.title = "Run: " + document.title.replace(/^[^—–]*/, title + " ");
    part("page").href = base + page;
    for (const item of items) {
      if (item.heading) part("cells").append(make("h" + item.level, {}, item.heading));
      else addCell(item);
    }
    part("bar").hidden = false;
    part("list").hidden = true;
    part("all").addEventListener("click", () => queue(cells));
    part("stop").addEventListener("click", () => { end(); progress(0, "Stopped. What ran is forgotten; running starts anew."); });
    part("reset").addEventListener("click", () => { cells.forEach(restore); part("all").focus(); });
    queue(cells);
  }
  if (location.protocol === "file:") { part("file").hidden = false; part("list").hidden = true; }
  else if (name && Object.hasOwn(chapters, name)) open();
})();
