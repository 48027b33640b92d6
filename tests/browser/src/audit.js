// What is wrong with the page as it is shown now: pairs of an element's place and what is wrong with it, each under
// the kind of fault. It is the body of a function whose last argument takes the answer. `axe` is there already.
"use strict";
const done = arguments[arguments.length - 1];
const found = [];
const root = document.documentElement;

// Where an element is, for somebody who looks for it: from the nearest id down.
const place = (element) => {
  if (element.id) return `#${element.id}`;
  const parent = element.parentElement;
  if (!parent) return element.localName;
  const twins = [...parent.children].filter((child) => child.localName === element.localName);
  const at = twins.length > 1 ? `:nth-of-type(${twins.indexOf(element) + 1})` : "";
  return `${place(parent)} > ${element.localName}${at}`;
};
const report = (kind, element, what) => found.push({ kind, place: place(element), what });

const broken = () => {
  for (const image of document.images) {
    if (!image.complete || image.naturalWidth === 0) report("broken image", image, image.src);
  }
  for (const image of document.querySelectorAll("object, embed")) {
    const drawn = image.getSVGDocument?.() ?? image.contentDocument;
    if (!drawn?.documentElement) report("broken image", image, image.data ?? image.src);
  }
  // What a picture is made of is there: a part that is used, a marker at a line's end, a ground.
  for (const use of document.querySelectorAll("svg use")) {
    const target = use.getAttribute("href") ?? use.getAttribute("xlink:href") ?? "";
    if (!target.startsWith("#") || !document.getElementById(target.slice(1))) report("broken image", use, target);
  }
  for (const drawing of document.querySelectorAll("main svg")) {
    const box = drawing.getBoundingClientRect();
    const empty = box.width === 0 || box.height === 0;
    if (empty && drawing.checkVisibility()) report("broken image", drawing, "nothing drawn");
  }
};

const scrolls = (element) => {
  for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
    if (getComputedStyle(box).overflowX !== "visible") return true;
  }
  return false;
};
const wide = (when) => {
  if (root.scrollWidth <= root.clientWidth) return;
  const size = `the page is ${root.scrollWidth} px wide where ${root.clientWidth} are, ${when}`;
  const culprits = [...document.body.querySelectorAll("*")].filter((element) =>
    element.checkVisibility() && element.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(element));
  // The innermost ones: all around them are wide because of them.
  const holds = (element) => culprits.some((other) => other !== element && element.contains(other));
  const innermost = culprits.filter((element) => !holds(element)).slice(0, 5);
  for (const element of innermost.length ? innermost : [root]) report("horizontal scrolling", element, size);
};

const outside = () => {
  const sources = Object.fromEntries(["script", "img", "iframe", "source", "embed"].map((name) => [name, "src"]));
  const at = { ...sources, object: "data", link: "href", form: "action" };
  for (const [name, attribute] of Object.entries(at)) {
    for (const element of document.querySelectorAll(`${name}[${attribute}]`)) {
      const url = new URL(element.getAttribute(attribute), document.baseURI);
      if (!["file:", "data:", "about:"].includes(url.protocol)) report("outside resource", element, url.href);
    }
  }
};

// Contrast where axe cannot tell it: in drawings, beside what scrolls away, of single characters. The grounds are
// plain here: some box's colour, and in a drawing some rectangle's.
const channels = (color) => {
  const numbers = color.match(/^rgba?\(([^)]+)\)$/)?.[1].split(/[ ,/]+/).map(Number);
  return numbers && (numbers.length === 3 ? [...numbers, 1] : numbers);
};
const ground = (element) => {
  if (element instanceof SVGElement && element.ownerSVGElement) {
    const text = element.getBoundingClientRect();
    const [x, y] = [text.x + text.width / 2, text.y + text.height / 2];
    const below = [...element.ownerSVGElement.querySelectorAll("rect")].filter((rect) => {
      const box = rect.getBoundingClientRect();
      const first = rect.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
      return first && box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
    });
    const fill = below.length && channels(getComputedStyle(below.at(-1)).fill);
    if (fill?.[3] === 1) return fill;
    return ground(element.ownerSVGElement.parentElement);
  }
  const own = channels(getComputedStyle(element).backgroundColor);
  if (own?.[3] === 1) return own;
  return element.parentElement ? ground(element.parentElement) : [255, 255, 255, 1];
};
const luminance = (color) => { // WCAG 2, relative luminance
  const [r, g, b] = color.slice(0, 3).map((byte) => byte / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (element, when) => {
  const style = getComputedStyle(element);
  const ink = channels(element instanceof SVGElement ? style.fill : style.color);
  if (!ink) return report("contrast", element, `a color that the audit cannot read, ${when}`);
  const [below, opacity] = [ground(element), ink[3] * style.opacity];
  const seen = below.map((byte, i) => ink[i] * opacity + byte * (1 - opacity));
  const [dark, light] = [luminance(below), luminance(seen)].sort((a, b) => a - b);
  const ratio = (light + 0.05) / (dark + 0.05);
  if (ratio < 4.5) report("contrast", element, `${ratio.toFixed(2)} to 1, and 4.5 are wanted, ${when}`);
};

const check = async () => {
  await document.fonts.ready;
  broken();
  outside();
  wide("folded");
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  wide("unfolded");
  // A colour on its way from one to another is neither.
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  const result = await axe.run(document, { preload: false, resultTypes: ["violations", "incomplete"] });
  const uncertain = result.incomplete.filter(({ id }) => id !== "color-contrast");
  for (const { id, impact, help, nodes } of [...result.violations, ...uncertain]) {
    for (const node of nodes) {
      const why = (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? help;
      found.push({ kind: `axe ${id}, ${impact}`, place: node.target.join(" "), what: why });
    }
  }
  for (const { nodes } of result.incomplete.filter(({ id }) => id === "color-contrast")) {
    for (const node of nodes) contrast(document.querySelector(node.target[0]), "where axe cannot tell");
  }
  // And all fields, lit up: that is a ground of its own.
  const fields = [...document.querySelectorAll("[data-field]")];
  for (const field of fields) field.classList.add("lit");
  for (const field of fields) for (const piece of [field, ...field.querySelectorAll("text")]) {
    if (piece.localName !== "g") contrast(piece, "lit up");
  }
};
check().then(() => done(found), (error) => done([{ kind: "the audit itself", place: "", what: String(error) }]));
