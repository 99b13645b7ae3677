/* Commands of a lesson: what a click runs is printed below it as well, and the focus stays where the reader is. */

class Runs extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    document.addEventListener("focusin", (event) => this.focused(event), { signal });
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { this.returning = null; }, { signal, capture: true });
    this.watcher = new MutationObserver(() => this.mirror());
  }

  disconnectedCallback() {
    this.controller?.abort();
    this.watcher?.disconnect();
  }

  clicked(event) {
    const button = event.target.closest("[data-run]");
    const screen = document.querySelector("lk-terminal .terminal__screen");
    if (!button || !screen) return;
    this.returning = button;
    this.line = button.dataset.run;
    this.output = this.below(button);
    this.watcher.observe(screen, { childList: true, subtree: true });
  }

  below(button) {
    const item = button.closest("li");
    const found = item.querySelector(".runs__output") ?? document.createElement("pre");
    found.className = "runs__output";
    found.tabIndex = 0;
    found.textContent = "";
    found.hidden = true;
    item.append(found);
    return found;
  }

  /* Everything that the terminal printed after the last command, if that is still ours. */
  mirror() {
    const screen = document.querySelector("lk-terminal .terminal__screen");
    const commands = [...(screen?.querySelectorAll(".terminal__command") ?? [])];
    const last = commands.at(-1);
    if (!last || !last.textContent.includes(this.line)) {
      this.watcher.disconnect();
      return;
    }
    const printed = [];
    for (let block = last.nextElementSibling; block; block = block.nextElementSibling) {
      if (block.classList.contains("terminal__output")) printed.push(block.textContent);
    }
    this.output.textContent = printed.join("");
    this.output.hidden = this.output.textContent === "";
  }

  /* The terminal takes the focus after a command; a reader in the text gets it back. */
  focused(event) {
    const button = this.returning;
    if (!button || !event.target.closest("lk-terminal")) return;
    this.returning = null;
    button.focus({ preventScroll: true });
  }
}

customElements.define("lk-runs", Runs);
