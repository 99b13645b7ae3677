/* The YAML panel: line numbers beside the text, lines with problems marked, and a problem leads to its line. Works as a plain textarea without. */

class Yaml extends HTMLElement {
  static observedAttributes = ["data-problems"];

  connectedCallback() {
    this.field = this.querySelector("textarea");
    this.gutter = this.querySelector(".editor__lines");
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.field.addEventListener("input", () => this.number(), { signal });
    this.field.addEventListener("scroll", () => { this.gutter.scrollTop = this.field.scrollTop; }, { signal });
    document.addEventListener("click", (event) => this.jump(event), { signal });
    document.addEventListener("htmx:after:request", () => setTimeout(() => this.renew()), { signal });
    this.number();
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  attributeChangedCallback() {
    if (this.gutter) this.number();
  }

  /* An answer of the server that was put in place leaves the gutter empty. */
  renew() {
    if (!this.gutter.childElementCount) this.number();
  }

  number() {
    const count = this.field.value.split("\n").length;
    const wrong = new Set((this.dataset.problems ?? "").split(",").filter(Boolean).map(Number));
    const lines = Array.from({ length: count }, (_, place) => {
      const line = document.createElement("span");
      line.textContent = String(place + 1);
      if (wrong.has(place + 1)) line.className = "editor__wrong";
      return line;
    });
    this.gutter.replaceChildren(...lines);
    this.gutter.scrollTop = this.field.scrollTop;
  }

  jump(event) {
    const button = event.target.closest("[data-line]");
    if (!button || !this.closest("form")?.contains(button)) return;
    const lines = this.field.value.split("\n");
    const place = Number(button.dataset.line) - 1;
    const start = lines.slice(0, place).join("\n").length + (place ? 1 : 0);
    this.field.focus();
    this.field.setSelectionRange(start, start + (lines[place] ?? "").length);
  }
}

customElements.define("lk-yaml", Yaml);
