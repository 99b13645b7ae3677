// The meaning of a word of the glossary, beside it: on hover, on focus, and on the first tap (the second one follows the link). Escape closes it.
// WCAG 1.4.13: the note can be pointed at, stays until it is left, and goes at Escape. <lk-terms> stands around the text.
// A screen reader says the note with the word if it is there when the word gets the focus: of the words to which Tab leads next it is fetched ahead. One that
// comes later, or after a tap, is said by itself.
const known = new Map();
const asked = new Map();
const AHEAD = 2;
const OPEN_MS = 250;
const CLOSE_MS = 300;

class Terms extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    const term = (event) => event.target.closest?.(".term");
    this.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse" && term(event)) this.later(() => this.open(term(event)), OPEN_MS); }, { signal });
    this.addEventListener("pointerout", (event) => { if (term(event)) this.later(() => this.close(), CLOSE_MS); }, { signal });
    this.addEventListener("focusin", (event) => this.reached(event.target, term(event)), { signal });
    this.addEventListener("focusout", (event) => { if (term(event)) this.close(); }, { signal });
    this.addEventListener("pointerdown", (event) => { this.byTouch = event.pointerType === "touch"; this.speaks(); }, { signal });
    this.addEventListener("click", (event) => this.tap(event, term(event)), { signal });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); }, { signal });
    addEventListener("scroll", () => this.note && this.place(this.shown), { signal, passive: true }); // a word that gets the focus may have to come into sight first
  }

  disconnectedCallback() {
    this.controller.abort();
    this.close();
    this.voice?.remove();
    this.voice = null;
  }

  /* Its voice stands ready before there is something to say, but not before somebody comes: a long text would be laid out anew for it while it is painted. */
  speaks() {
    if (this.voice) return;
    this.voice = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    this.voice.setAttribute("role", "status");
    this.append(this.voice);
  }

  reached(here, term) {
    if (!here.matches(":focus-visible")) return;
    this.speaks();
    if (term) this.open(term);
    const others = [...this.querySelectorAll(".term")].filter((other) => other !== term);
    const after = others.filter((other) => here.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING).slice(0, AHEAD);
    const before = others.findLast((other) => here.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING);
    for (const other of [...after, before]) if (other) this.meaning(other);
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
    const isLate = !known.has(this.address(term));
    const meaning = known.get(this.address(term)) ?? (await this.meaning(term));
    if (this.turn !== turn || !meaning) return;
    this.note = this.written(meaning);
    if (this.byTouch || (isLate && term === document.activeElement)) this.voice.textContent = [...this.note.children].map((part) => part.textContent).join(": ");
    term.after(this.note);
    term.setAttribute("aria-describedby", this.note.id);
    this.place(term);
  }

  address(term) {
    return term.getAttribute("href").replace(/#(.+)$/, "$1/");
  }

  /* Asked once, however many words say it; what failed is asked again at the next one. */
  async meaning(term) {
    const address = this.address(term);
    if (!asked.has(address)) asked.set(address, fetch(address).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null));
    const meaning = await asked.get(address);
    if (meaning) known.set(address, meaning);
    else asked.delete(address);
    return meaning;
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
    if (this.voice) this.voice.textContent = "";
    this.note = this.shown = this.turn = null;
  }
}

customElements.define("lk-terms", Terms);
