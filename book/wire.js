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
    const numbers = [...new Set(all.map((span) => span.dataset.field))];
    let pinned = null; // the field that was tapped stays lit

    const light = (number) => {
      for (const span of all) span.classList.toggle("lit", span.dataset.field === number);
    };
    const fieldOf = (target) => target.closest("[data-field]")?.dataset.field ?? null;

    wire.addEventListener("pointerover", (event) => light(fieldOf(event.target) ?? pinned));
    wire.addEventListener("pointerleave", () => light(pinned));
    wire.addEventListener("click", (event) => {
      const field = fieldOf(event.target);
      pinned = field === pinned ? null : field;
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
        const at = numbers.indexOf(pinned) + step;
        pinned = numbers[Math.min(Math.max(at, 0), numbers.length - 1)];
        const spans = all.filter((span) => span.dataset.field === pinned);
        spans[0].scrollIntoView({ block: "nearest", inline: "nearest" });
        live.textContent = spans.map((span) => span.textContent.trim()).join(" ");
      } else if (event.key === "Escape") {
        pinned = null;
      } else {
        return;
      }
      light(pinned);
    });
    wire.addEventListener("blur", () => light(pinned = null));
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
