/* The editor that a command in the terminal has opened: shown while it waits, saved and closed by keyboard. Esc loses nothing: over a changed text it only
   lets the next Tab leave, as in the terminal. Without JavaScript it is a form. */

class Editing extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.field = this.form.elements.edited;
    this.controller = new AbortController();
    const { signal } = this.controller;
    document.addEventListener("lk:editing", (event) => this.show(event.detail), { signal });
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.field.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.isInput = this.form.elements.given.value === "1";
    this.given = this.field.defaultValue;
    if (!this.hidden) this.field.focus();
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  show(editing) {
    const was = !this.hidden;
    this.hidden = !editing;
    if (!editing) {
      if (was) document.getElementById("line")?.focus({ preventScroll: true });
      return;
    }
    this.isInput = Boolean(editing.is_input);
    for (const item of this.querySelectorAll("[data-for]")) item.hidden = (item.dataset.for === "input") !== this.isInput;
    this.querySelector("[data-role=name]").textContent = editing.name;
    this.field.value = this.given = editing.text;
    this.field.focus();
    if (!this.isInput) this.field.setSelectionRange(0, 0);
    this.field.scrollTop = this.isInput ? this.field.scrollHeight : 0;
    this.scrollIntoView({ block: "nearest" });
  }

  submitted(event) {
    event.preventDefault();
    this.end(event.submitter?.value !== "0");
  }

  pressed(event) {
    if (event.isComposing) return;
    const leaves = this.leaves;
    this.leaves = event.key === "Escape";
    if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.end(true);
    } else if (this.isInput && event.key === "d" && event.ctrlKey) {
      event.preventDefault();
      this.end(true);
    } else if ((event.key === "Escape" && this.field.value === this.given) || (this.isInput && event.key === "c" && event.ctrlKey && this.field.selectionStart === this.field.selectionEnd)) {
      event.preventDefault();
      this.end(false);
    } else if (event.key === "Tab" && !event.shiftKey && !leaves && this.field.selectionStart === this.field.selectionEnd) {
      event.preventDefault();
      this.field.setRangeText("  ", this.field.selectionStart, this.field.selectionEnd, "end");
    }
  }

  end(saves) {
    document.dispatchEvent(new CustomEvent("lk:edited", { detail: { text: this.field.value, save: saves ? "1" : "0", isInput: this.isInput } }));
  }
}

customElements.define("lk-editing", Editing);
