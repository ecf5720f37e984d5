/* Links to headings, exhibits and rows, and the citation: following one copies its address.
   Without this script they are plain links. */
(function () {
  "use strict";
  const LINKS = "a.headerlink, a.cb-row";
  const told = document.createElement("div");
  told.id = "cb-said";
  told.setAttribute("role", "status");
  let waiting;
  function tell(text) {
    told.textContent = "";
    // Emptied first, so that the same words are said again.
    setTimeout(() => { told.textContent = text; }, 50);
    clearTimeout(waiting);
    waiting = setTimeout(() => { told.textContent = ""; }, 4000);
  }
  const copy = (text, done, failed) => {
    const refused = () => tell(failed);
    if (!navigator.clipboard) refused();
    else navigator.clipboard.writeText(text).then(() => tell(done), refused);
  };
  const here = () => document.querySelector('link[rel="canonical"]')?.href || location.href.split("#")[0];

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(LINKS);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    copy(here() + link.hash, "Link copied", "The link is in the address bar");
  });

  /* The rows of a table are one stop for the keyboard; arrows go from one to the next. */
  function rows(body) {
    const all = [...body.querySelectorAll("a.cb-row")];
    if (all.length < 2) return;
    const stop = (link) => { all.forEach((other) => { other.tabIndex = other === link ? 0 : -1; }); };
    stop(all.find((link) => link.hash === location.hash) || all[0]);
    body.addEventListener("focusin", (event) => { if (event.target.matches("a.cb-row")) stop(event.target); });
    body.addEventListener("keydown", (event) => {
      if (!event.target.matches?.("a.cb-row")) return;
      const shown = [...body.querySelectorAll("a.cb-row")].filter((link) => !link.closest("tr").hidden);
      const at = shown.indexOf(event.target);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      shown[Math.max(0, Math.min(to, shown.length - 1))].focus();
    });
    /* Filtering may hide the row that is the stop. */
    new MutationObserver(() => {
      if (all.find((link) => link.tabIndex === 0)?.closest("tr").hidden) stop(all.find((link) => !link.closest("tr").hidden));
    }).observe(body, { subtree: true, attributeFilter: ["hidden"] });
  }

  function start() {
    document.body.append(told);
    document.querySelectorAll("table.cb-table tbody").forEach(rows);
    for (const cited of document.querySelectorAll(".cb-citation")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cb-copy";
      button.textContent = "Copy the citation";
      button.addEventListener("click", () => copy(cited.textContent, "Citation copied", "Your browser refuses; select the text instead"));
      cited.nextElementSibling.prepend(button);
    }
    /* An anchor that moved to another page leads on. */
    const moved = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (moved?.matches(".cb-moved")) location.replace(moved.querySelector("a").href);
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
