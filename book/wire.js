// Ties each field of the wire to its bytes: point at one, tap it, or walk with the arrow keys, and all of it lights up.
// Nothing depends on this file: without it the page says the same.
"use strict";
(() => {
  const live = document.createElement("div"); // what a screen reader says of the field that was walked to
  live.className = "live";
  live.setAttribute("aria-live", "polite");

  for (const wire of document.querySelectorAll("pre.wire, figure.bits")) {
    const all = [...wire.querySelectorAll("[data-field]")];
    if (all.length === 0) continue;
    // A byte that holds several fields is a part of each of them.
    const fieldsOf = ({ dataset: { field, also } }) => also ? [field, ...also.split(" ")] : [field];
    const numbers = [...new Set(all.map((span) => span.dataset.field))];
    let pinned = []; // what was tapped stays lit

    const light = (fields) => {
      for (const span of all) span.classList.toggle("lit", fieldsOf(span).some((field) => fields.includes(field)));
    };
    const at = (target) => target.closest("[data-field]");

    wire.addEventListener("pointerover", ({ target }) => light(at(target) ? fieldsOf(at(target)) : pinned));
    wire.addEventListener("pointerleave", () => light(pinned));
    wire.addEventListener("click", ({ target }) => {
      const fields = at(target) ? fieldsOf(at(target)) : [];
      pinned = fields.join() === pinned.join() ? [] : fields;
      light(pinned);
    });

    wire.tabIndex = 0;
    if (wire.matches("pre")) {
      wire.setAttribute("role", "group");
      wire.setAttribute("aria-label", wire.querySelector(".title")?.textContent.trim() ?? "bytes");
    }
    wire.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        // Here the arrows walk through the fields; everywhere else they turn the book's pages.
        event.preventDefault();
        event.stopPropagation();
        const next = numbers.indexOf(pinned[0]) + step;
        pinned = [numbers[Math.min(Math.max(next, 0), numbers.length - 1)]];
        const spans = all.filter((span) => fieldsOf(span).includes(pinned[0]));
        spans[0].scrollIntoView({ block: "nearest", inline: "nearest" });
        live.textContent = spans.map((span) => span.textContent.trim()).join(" ");
      } else if (event.key === "Escape") {
        pinned = [];
      } else {
        return;
      }
      light(pinned);
    });
    wire.addEventListener("blur", () => light(pinned = []));
  }
  document.body.append(live);

  // What scrolls within itself must be reached by the keyboard, too, but be no stop on the way where it need not scroll.
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll("main pre > code, main .table-wrapper, figure.sequence")) watch.observe(box);

  // mdBook's button for the contents is a label, which no keyboard reaches: a true button does the same in its place.
  const label = document.getElementById("mdbook-sidebar-toggle");
  if (label) {
    const button = document.createElement("button");
    for (const { name, value } of label.attributes) if (name !== "for") button.setAttribute(name, value);
    button.append(...label.childNodes);
    label.replaceWith(button);
    button.addEventListener("click", () => {
      label.click(); // mdBook listens to it still
      document.getElementById("mdbook-sidebar-toggle-anchor").click();
    });
    const mirror = () => button.setAttribute("aria-expanded", label.getAttribute("aria-expanded"));
    new MutationObserver(mirror).observe(label, { attributeFilter: ["aria-expanded"] });
  }

  // mdBook leaves its bar and its search without what a screen reader goes by.
  document.getElementById("mdbook-menu-bar")?.setAttribute("role", "banner");
  document.getElementById("mdbook-search-wrapper")?.setAttribute("role", "search");
  const box = document.getElementById("mdbook-searchbar");
  box?.setAttribute("aria-label", "Search this book");
  box?.setAttribute("aria-describedby", "mdbook-searchresults-header");
  const results = document.getElementById("mdbook-searchresults");
  const unlabel = () => { // what the label says of each result, the list says already
    for (const teaser of results.querySelectorAll("span[aria-label]")) teaser.removeAttribute("aria-label");
  };
  if (results) new MutationObserver(unlabel).observe(results, { childList: true });
})();
