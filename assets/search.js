/* The results of Sphinx's search as two lists, pages and what stands on them, with their number
   told to screen readers. Takes the place of the way in which Sphinx draws them, which fetches
   each page found and so fails from a folder. */
(function () {
  "use strict";
  /* So many figures, findings and exhibits are shown at first. */
  const FIRST = 20;
  const known = JSON.parse(document.getElementById("cb-pages").textContent);
  const make = (tag, attributes, ...inside) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };
  /* Titles come escaped from the index. */
  const text = (escaped) => new DOMParser().parseFromString(escaped, "text/html").body.textContent;
  const count = (n, one, many) => n + " " + (n === 1 ? one : many);

  function page([name, title, anchor]) {
    const item = make("li", {}, make("a", { href: name + ".html" + anchor }, text(title)));
    if (!anchor && known.said[name]) item.append(make("p", {}, known.said[name]));
    return item;
  }
  function row([name, title, anchor, said]) {
    const shown = text(title);
    const link = make("a", { href: name + ".html" + anchor }, make("code", {}, shown));
    return make("li", {}, link, " " + text(said));
  }
  function list(out, heading, found, draw) {
    if (!found.length) return;
    const items = make("ul", { class: "cb-found" }, ...found.slice(0, FIRST).map(draw));
    out.append(make("h2", {}, heading), items);
    if (found.length <= FIRST) return;
    const more = make("button", { type: "button", class: "cb-more" }, "Show the other " + (found.length - FIRST));
    more.addEventListener("click", () => {
      items.append(...found.slice(FIRST).map(draw));
      items.children[FIRST].querySelector("a").focus();
      more.remove();
    });
    out.append(more);
  }
  const to = (name, said) => make("a", { href: name + ".html" }, said);
  const advice = () => make("p", {}, "Try a single word, in English or Dutch, or part of one; the name of a printed figure, such as timmermans.comments; or look in ",
    to(known.pages.glossary, "the glossary"), ", in ", to(known.pages.ledger, "the ledger of all figures"), " or in ", to(known.pages.audit, "the audit"), ".");

  Search.performSearch = (query) => {
    const out = document.getElementById("search-results");
    const status = make("p", { role: "status", class: "cb-count" }, "Searching …");
    out.replaceChildren(status);
    Search.shown = { out, status };
    if (Search.hasIndex()) Search.query(query);
    else Search.deferQuery(query);
  };
  Search.query = (query) => {
    const { out, status } = Search.shown;
    const results = Search._performSearch(...Search._parseQuery(query)).reverse();
    const rows = results.filter((result) => result[3]);
    const pages = results.filter((result) => !result[3]);
    const said = [[pages, "place in the text", "places in the text"], [rows, "figure, finding or exhibit", "figures, findings and exhibits"]];
    const found = said.filter(([all]) => all.length).map(([all, one, many]) => count(all.length, one, many)).join(", ");
    status.textContent = (found || "Nothing") + " found for “" + query + "”.";
    document.title = query + ": " + document.title;
    if (!results.length) out.append(advice());
    const lists = [["In the text", pages, page], ["Figures, findings, exhibits", rows, row]];
    /* Who asks for a row by its name wants the row. */
    if (rows.some((result) => text(result[1]).toLowerCase() === query.trim().toLowerCase())) lists.reverse();
    for (const each of lists) list(out, ...each);
  };
})();
