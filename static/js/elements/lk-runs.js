/* Commands of a lesson: what a click or a line typed at a task runs is printed below it as well, and the focus stays where the reader is. */

class Runs extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("submit", (event) => this.typed(event), { signal });
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
    if (button) this.watch(button, button.dataset.run, button.closest("li"));
  }

  typed(event) {
    const field = event.target.elements.line;
    event.preventDefault();
    if (!field.value.trim() || !this.watch(field, field.value, this)) return;
    document.dispatchEvent(new CustomEvent("lk:run", { detail: { line: field.value } }));
    field.value = "";
  }

  watch(control, line, place) {
    const screen = document.querySelector("lk-terminal .terminal__screen");
    if (!screen) return false;
    this.returning = control;
    this.line = line;
    this.begun = false;
    this.output = this.below(place);
    this.watcher.observe(screen, { childList: true, subtree: true });
    return true;
  }

  below(item) {
    const found = item.querySelector(".runs__output") ?? document.createElement("pre");
    found.className = "runs__output";
    found.lang = "en";
    found.tabIndex = 0;
    found.textContent = "";
    found.hidden = true;
    item.append(found);
    return found;
  }

  /* What the terminal printed below our command; others may have been typed since. */
  mirror() {
    const screen = document.querySelector("lk-terminal .terminal__screen");
    const commands = [...(screen?.querySelectorAll(".terminal__command") ?? [])];
    const own = commands.findLast((command) => command.textContent.includes(this.line));
    if (!own) {
      if (this.begun) this.watcher.disconnect();
      return;
    }
    this.begun = true;
    const printed = [];
    for (let block = own.nextElementSibling; block && !block.classList.contains("terminal__command"); block = block.nextElementSibling) {
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
