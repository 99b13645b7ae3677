/* Shows that an answer is awaited, for whatever somebody pressed: the button says so (aria-busy), and after a third of a second a line at the top of the window
   grows. What the page asks by itself is not shown; elements that ask for somebody say so (lk:asked, lk:answered). While a form is on its way, pressing again is
   the same press. */

/* A form whose answer is a file, or that was stopped, leaves the page where it is; then it may be sent again. */
const STOPPED_MS = 10_000;

class Waiting extends HTMLElement {
  connectedCallback() {
    this.className = "waiting";
    this.awaited = new Map();
    this.controller = new AbortController();
    const { signal } = this.controller;
    document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => this.asked(ctx), { signal });
    document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => this.over(ctx), { signal });
    window.addEventListener("submit", (event) => this.sent(event), { signal });
    window.addEventListener("pageshow", () => this.stopped(), { signal });
    document.addEventListener("lk:asked", ({ detail: { what, button } }) => this.wait(what, button), { signal });
    document.addEventListener("lk:answered", ({ detail: { what } }) => this.over(what), { signal });
    document.addEventListener("lk:unsent", () => this.stopped(), { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.controller.abort();
  }

  asked(ctx) {
    const { sourceEvent, sourceElement } = ctx;
    if (sourceEvent?.isTrusted) this.wait(ctx, ctx.request.submitter ?? (sourceElement.matches("button, a") ? sourceElement : null));
  }

  /* What a script has taken over (htmx, the terminal) is prevented by now; the rest leaves the page. */
  sent(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (this.awaited.has(form)) {
      event.preventDefault();
      return;
    }
    if (!navigator.onLine) {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("lk:unsent"));
      return;
    }
    this.wait(form, event.submitter);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stopped(), STOPPED_MS);
  }

  wait(what, button) {
    this.over(what);
    button?.setAttribute("aria-busy", "true");
    this.awaited.set(what, button);
    this.show();
  }

  over(what) {
    const button = this.awaited.get(what);
    if (!this.awaited.delete(what)) return;
    if (![...this.awaited.values()].includes(button)) button?.removeAttribute("aria-busy"); // a second press may have replaced the first
    this.show();
  }

  stopped() {
    for (const what of [...this.awaited.keys()]) if (what instanceof HTMLFormElement) this.over(what);
  }

  show() {
    this.dataset.shown = this.awaited.size ? "1" : "0";
  }
}

customElements.define("lk-waiting", Waiting);
