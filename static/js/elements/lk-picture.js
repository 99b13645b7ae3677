/* The picture: opens the inspector in place, and lets a pod that is new or changed be seen for a moment. */

const MARK_MS = 900;

class Picture extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    document.addEventListener("click", (event) => this.inspect(event), { signal: this.controller.signal });
    this.words = this.seen();
    this.watcher = new MutationObserver(() => this.changed());
    this.watcher.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-health"], characterData: true });
  }

  disconnectedCallback() {
    this.controller.abort();
    this.watcher.disconnect();
  }

  seen() {
    return new Map([...this.querySelectorAll(".pod[id], .machine[id]")].map((item) => [item.id, item.dataset.health]));
  }

  changed() {
    const now = this.seen();
    for (const [id, health] of now) {
      if (this.words.get(id) === health) continue;
      const item = document.getElementById(id);
      item.classList.add(this.words.has(id) ? "is-changed" : "is-new");
      setTimeout(() => item.classList.remove("is-changed", "is-new"), MARK_MS);
    }
    this.words = now;
  }

  inspect(event) {
    const link = event.target.closest("[data-inspect]");
    const looker = document.getElementById("looker");
    if (!link || !looker?.elements.inspect || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    looker.elements.inspect.value = link.dataset.inspect;
    looker.elements.version.value = "";
    looker.dispatchEvent(new CustomEvent("look", { bubbles: true }));
  }
}

customElements.define("lk-picture", Picture);
