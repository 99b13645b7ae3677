/* The lesson editor: refreshes the preview while one writes, warns before unsaved text is left, jumps to a problem's line. */

const PAUSE_MS = 400;

class Editor extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea");
    this.unsaved = this.querySelector("[data-role=unsaved]");
    this.saved = this.field.value;
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.field.addEventListener("input", () => this.changed(), { signal });
    this.querySelector("form").addEventListener("submit", (event) => this.leaving(event), { signal });
    window.addEventListener("beforeunload", (event) => this.warn(event), { signal });
    document.addEventListener("click", (event) => this.jump(event), { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.controller.abort();
  }

  changed() {
    this.unsaved.hidden = this.field.value === this.saved;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.querySelector("[data-role=preview]").click(), PAUSE_MS);
  }

  leaving(event) {
    if (event.submitter?.dataset.role !== "preview") this.saved = this.field.value;
  }

  warn(event) {
    if (this.field.value !== this.saved) event.preventDefault();
  }

  jump(event) {
    const place = event.target.closest(".problems__place");
    if (!place) return;
    const name = this.querySelector("input[name=file]").value;
    if (place.dataset.file !== name) {
      location.search = `?file=${encodeURIComponent(place.dataset.file)}`;
      return;
    }
    const lines = this.field.value.split("\n");
    const start = lines.slice(0, Number(place.dataset.line) - 1).join("\n").length + (place.dataset.line > 1 ? 1 : 0);
    this.field.focus();
    this.field.setSelectionRange(start, start + (lines[place.dataset.line - 1] ?? "").length);
  }
}

customElements.define("lk-editor", Editor);
