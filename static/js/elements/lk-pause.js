// <lk-pause> beside a part that htmx renews again and again (hx-trigger="every …"): its button stops that, and lets it go on (WCAG 2.2.2).
// Nothing is renewed without scripts: until this is here it is hidden. What is said beside the button is read out when it changes.
class Pause extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.button = this.querySelector("button");
    this.status = this.querySelector("[role=status]");
    this.isPaused = false;
    this.button.addEventListener("click", () => this.turn(), { signal });
    // htmx tells the part that it is time by an event, which is stopped on its way there.
    document.addEventListener("every", (event) => { if (this.isPaused) event.stopPropagation(); }, { signal, capture: true });
    this.show();
    this.hidden = false;
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  turn() {
    this.isPaused = !this.isPaused;
    this.show();
    if (!this.isPaused) document.getElementById(this.getAttribute("for"))?.dispatchEvent(new CustomEvent("every"));
  }

  show() {
    const state = this.isPaused ? "paused" : "going";
    this.button.textContent = this.button.dataset[state];
    this.status.textContent = this.status.dataset[state];
  }
}

customElements.define("lk-pause", Pause);
