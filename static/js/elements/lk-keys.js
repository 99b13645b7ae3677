// <lk-keys> holds the sheet of keys and listens for them: "?" opens it, "/" searches, "g" and a letter goes to a room, "n" and "p" turn the page.
// Single keys can be switched off in the sheet (WCAG 2.1.4), which a button at the foot of every page opens as well; the choice stays in this browser.
const STORE = "lk-keys-off";
const CHORD_MS = 1200;

class Keys extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.sheet = this.querySelector("dialog");
    this.box = this.querySelector("[data-role=keys-on]");
    this.box.checked = localStorage.getItem(STORE) === null;
    this.box.addEventListener("change", () => (this.box.checked ? localStorage.removeItem(STORE) : localStorage.setItem(STORE, "1")), { signal });
    for (const opener of document.querySelectorAll("[data-opens=keys]")) opener.hidden = false;
    document.addEventListener("keydown", (event) => this.pressed(event), { signal });
    document.addEventListener("click", (event) => { if (event.target.closest("[data-opens=keys]")) { event.preventDefault(); this.open(); } }, { signal });
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  open() {
    if (!this.sheet.open) this.sheet.showModal();
  }

  pressed(event) {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable], lk-editor, lk-terminal");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || this.sheet.open || !this.box.checked) return;
    const room = this.chord ? this.querySelector(`[data-key="g ${event.key}"]`) : null;
    clearTimeout(this.timer);
    this.chord = false;
    if (room) return this.follow(event, room);
    if (event.key === "?") return this.act(event, () => this.open());
    if (event.key === "g") {
      this.chord = true;
      this.timer = setTimeout(() => { this.chord = false; }, CHORD_MS);
      return undefined;
    }
    const link = { "/": this.querySelector('[data-key="/"]'), n: document.querySelector('main [rel="next"]'), p: document.querySelector('main [rel="prev"]') }[event.key];
    return link ? this.follow(event, link) : undefined;
  }

  follow(event, link) {
    this.act(event, () => link.click());
  }

  act(event, what) {
    event.preventDefault();
    what();
  }
}

customElements.define("lk-keys", Keys);
