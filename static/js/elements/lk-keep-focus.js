// <lk-keep-focus> around a part that is swapped: when what had the focus is taken away, the focus goes to [data-focus-after] inside,
// or to the element that `after` names, so that a keyboard or a screen reader stays at the place.
class KeepFocus extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.addEventListener("focusin", (event) => { this.last = event.target; }, { signal });
    this.addEventListener("focusout", (event) => { if (event.relatedTarget) this.last = null; }, { signal });
    document.addEventListener("pointerdown", (event) => { if (!this.contains(event.target)) this.last = null; }, { signal });
    this.watcher = new MutationObserver(() => this.restore());
    this.watcher.observe(this, { childList: true, subtree: true });
  }

  disconnectedCallback() {
    this.controller.abort();
    this.watcher.disconnect();
  }

  restore() {
    if (!this.last || this.last.isConnected || document.activeElement !== document.body) return;
    this.last = null;
    (document.getElementById(this.getAttribute("after")) ?? this.querySelector("[data-focus-after]"))?.focus({ preventScroll: true });
  }
}

customElements.define("lk-keep-focus", KeepFocus);
