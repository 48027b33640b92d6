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

  // mdBook's own button is a label that says whether it is expanded: only a button may.
  document.getElementById("mdbook-sidebar-toggle")?.setAttribute("role", "button");
})();
