// <lk-timeline> around the drawing: one Tab stop instead of ninety (what a filter leaves out is drawn pale, and is no link). Arrow keys walk from mark to mark, up and down from era to era,
// Home and End go to the ends; a mark, or its title, opens the text in the list. "+" goes closer at the mark, "-" further, "0" to the whole story; so do a year
// and a double click. Without this element every mark and every year is a plain link.
class Timeline extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.addEventListener("keydown", (event) => this.walk(event), { signal });
    this.addEventListener("click", (event) => this.pressed(event), { signal });
    this.addEventListener("dblclick", (event) => this.look(this.years(event.clientX)), { signal });
    this.addEventListener("focusin", (event) => this.rove(event.target.closest("a.mark")), { signal });
    this.addEventListener("focusout", () => this.called?.remove(), { signal });
    window.addEventListener("hashchange", () => this.reveal(), { signal });
    this.reveal();
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  marks() {
    return [...this.querySelectorAll("a.mark")];
  }

  /* The mark that has the focus is the one stop; until one has it, whichever Tab meets first will be. */
  rove(stop) {
    if (!stop) return;
    for (const mark of this.marks()) mark.setAttribute("tabindex", mark === stop ? "0" : "-1");
    this.call(stop);
  }

  /* A mark for whose title there was no room shows it while it has the focus; a mouse has the tooltip. */
  call(mark) {
    this.called?.remove();
    if (!mark.matches(":focus-visible") || mark.querySelector("text")) return;
    this.called = document.createElementNS("http://www.w3.org/2000/svg", "text");
    const place = mark.getAttribute("transform");
    const isFar = Number(place.match(/\d+/)[0]) > 600;
    for (const [name, value] of Object.entries({ class: "mark__title", "aria-hidden": "true", transform: place, x: isFar ? 8 : -8, y: -14, "text-anchor": isFar ? "end" : "start" })) this.called.setAttribute(name, value);
    this.called.textContent = mark.querySelector("title").textContent;
    mark.parentNode.append(this.called);
  }

  /* The window to which a link leads. */
  led(link) {
    return link && new URLSearchParams(link.getAttribute("href").split("?")[1]).get("years");
  }

  /* The window to which the year next to a place leads. */
  years(x) {
    const ticks = [...this.querySelectorAll(".ruler__year a")];
    const away = (tick) => { const box = tick.getBoundingClientRect(); return Math.abs(box.x + box.width / 2 - x); };
    return this.led(ticks.toSorted((a, b) => away(a) - away(b))[0]);
  }

  look(years) {
    const field = document.querySelector("input[form=story]");
    if (!field || typeof years !== "string" || years === field.value) return;
    field.value = years;
    field.form.requestSubmit();
  }

  pressed(event) {
    const tick = event.target.closest(".ruler__year a");
    if (tick && document.getElementById("story") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.look(this.led(tick));
    } else this.open(event.target.closest("a.mark"));
  }

  zoom(key, mark) {
    if (key === "+" || key === "=") this.look(this.years(mark.querySelector("circle").getBoundingClientRect().x));
    if (key === "-") this.look(this.led(document.getElementById("zoom-further")));
    if (key === "0") this.look("");
  }

  walk(event) {
    const here = event.target.closest(".mark");
    if (event.key === "Escape") this.called?.remove();
    if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
    this.zoom(event.key, here);
    const marks = this.marks();
    const own = marks.filter((mark) => mark.parentNode === here.parentNode);
    const eras = [...new Set(marks.map((mark) => mark.parentNode))];
    const near = (era) => marks.filter((mark) => mark.parentNode === era).toSorted((a, b) => this.away(a, here) - this.away(b, here))[0];
    const place = own.indexOf(here);
    const era = eras.indexOf(here.parentNode);
    const next = { ArrowRight: own[place + 1], ArrowLeft: own[place - 1], ArrowDown: near(eras[era + 1]), ArrowUp: near(eras[era - 1]), Home: own[0], End: own.at(-1) }[event.key];
    if (!(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"].includes(event.key))) return;
    event.preventDefault();
    next?.focus();
  }

  away(mark, here) {
    const x = (item) => item.querySelector("circle").getBoundingClientRect().x;
    return Math.abs(x(mark) - x(here));
  }

  open(mark) {
    const place = mark && document.getElementById(mark.getAttribute("href").split("#")[1]);
    if (place) this.unfold(place);
  }

  reveal() {
    const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (place) this.unfold(place);
  }

  unfold(place) {
    if (place.matches(".milestone")) place.querySelector(".milestone__more")?.click(); // not for #main, to which the skip link leads
  }
}

/* htmx makes a milestone ready when it is first opened: all ninety at once would hold up a slow phone for a tenth of a second. */
document.addEventListener("click", ({ target }) => {
  const asleep = target.closest(".milestone[hx-ignore]");
  if (!asleep) return;
  asleep.removeAttribute("hx-ignore");
  window.htmx?.process(asleep);
}, { capture: true });

customElements.define("lk-timeline", Timeline);
