// The meaning of a word of the glossary, beside it: on hover, on focus, and on the first tap (the second one follows the link). Escape closes it.
// WCAG 1.4.13: the note can be pointed at, stays until it is left, and goes at Escape. <lk-terms> stands around the text.
const known = new Map();
const OPEN_MS = 250;
const CLOSE_MS = 300;

class Terms extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    const term = (event) => event.target.closest?.(".term");
    this.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse" && term(event)) this.later(() => this.open(term(event)), OPEN_MS); }, { signal });
    this.addEventListener("pointerout", (event) => { if (term(event)) this.later(() => this.close(), CLOSE_MS); }, { signal });
    this.addEventListener("focusin", (event) => { if (term(event)?.matches(":focus-visible")) this.open(term(event)); }, { signal });
    this.addEventListener("focusout", (event) => { if (term(event)) this.close(); }, { signal });
    this.addEventListener("pointerdown", (event) => { this.byTouch = event.pointerType === "touch"; }, { signal });
    this.addEventListener("click", (event) => this.tap(event, term(event)), { signal });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); }, { signal });
    addEventListener("scroll", () => this.note && this.place(this.shown), { signal, passive: true }); // a word that gets the focus may have to come into sight first
  }

  disconnectedCallback() {
    this.controller.abort();
    this.close();
  }

  later(what, ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(what, ms);
  }

  tap(event, term) {
    if (!term || !this.byTouch || this.shown === term) return;
    event.preventDefault();
    this.open(term);
  }

  async open(term) {
    clearTimeout(this.timer);
    if (this.shown === term) return;
    this.close();
    this.shown = term;
    const turn = (this.turn = {}); // somebody may leave the word and come back while its meaning is on the way
    const meaning = await this.meaning(term);
    if (this.turn !== turn || !meaning) return;
    this.note = this.written(meaning);
    term.after(this.note);
    term.setAttribute("aria-describedby", this.note.id);
    this.place(term);
  }

  async meaning(term) {
    const address = term.getAttribute("href").replace(/#(.+)$/, "$1/");
    if (!known.has(address)) {
      const answer = await fetch(address).catch(() => null);
      if (!answer?.ok) return null; // asked again at the next word that says it
      known.set(address, await answer.json());
    }
    return known.get(address);
  }

  written({ name, other, meaning }) {
    const note = document.createElement("span");
    note.className = "term-note";
    note.id = "term-note";
    note.setAttribute("role", "tooltip");
    for (const [tag, text] of [["b", [name, other].filter(Boolean).join(" · ")], ["span", meaning]]) note.append(Object.assign(document.createElement(tag), { textContent: text }));
    note.addEventListener("pointerenter", () => clearTimeout(this.timer));
    note.addEventListener("pointerleave", () => this.later(() => this.close(), CLOSE_MS));
    return note;
  }

  place(term) {
    const at = term.getBoundingClientRect();
    const own = this.note.getBoundingClientRect();
    const below = at.bottom + own.height + 12 < innerHeight;
    this.note.style.setProperty("left", `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`);
    this.note.style.setProperty("top", `${below ? at.bottom + 6 : at.top - own.height - 6}px`);
  }

  close() {
    clearTimeout(this.timer);
    this.shown?.removeAttribute("aria-describedby");
    this.note?.remove();
    this.note = this.shown = this.turn = null;
  }
}

customElements.define("lk-terms", Terms);
