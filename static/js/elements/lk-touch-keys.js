/* <lk-touch-keys> below a terminal's line: the keys that a phone's keyboard lacks, and the words that could come next. `kubectl delete pod web-5657b8df5f-dcj8g` is five taps then.
   Where there is a mouse it stays hidden; the keys are on the keyboard. The focus stays in the line, so that the phone's keyboard stays, too. */

import { likely, tapped } from "../lib/history.js";

const WAIT_MS = 150;

class TouchKeys extends HTMLElement {
  connectedCallback() {
    if (!matchMedia("(pointer: coarse)").matches) return;
    this.line = document.getElementById(this.getAttribute("for"));
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.words = this.querySelector("[data-role=words]");
    this.addEventListener("pointerdown", (event) => { if (document.activeElement === this.line) event.preventDefault(); }, { signal });
    this.addEventListener("click", (event) => this.pressed(event.target.closest("button")), { signal });
    this.line.addEventListener("input", () => this.soon(), { signal });
    this.line.addEventListener("focus", () => this.soon(), { signal });
    document.addEventListener("ran", () => this.soon(), { signal });
  }

  disconnectedCallback() {
    this.controller?.abort();
    clearTimeout(this.timer);
  }

  pressed(button) {
    if (!button) return;
    if (button.dataset.key) this.line.dispatchEvent(new KeyboardEvent("keydown", { key: button.dataset.key, bubbles: true, cancelable: true }));
    else if (button.dataset.word) this.put(tapped(this.line.value.slice(0, this.line.selectionStart), button.dataset.word));
    else this.put(this.line.value.slice(0, this.line.selectionStart) + (button.dataset.text ?? button.textContent));
    this.soon();
  }

  put(text) {
    this.line.value = text + this.line.value.slice(this.line.selectionStart).replace(/^ /, "");
    this.line.setSelectionRange(text.length, text.length);
    this.line.focus({ preventScroll: true });
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT_MS);
  }

  async ask() {
    if (document.activeElement !== this.line) return;
    const line = this.line.value.slice(0, this.line.selectionStart);
    const words = await fetch(`${this.dataset.complete}?line=${encodeURIComponent(line)}`).then((response) => response.json()).then((answer) => answer.words, () => []);
    if (line !== this.line.value.slice(0, this.line.selectionStart)) return;
    this.words.replaceChildren(...likely(words, document.querySelector(".terminal__screen").textContent, Boolean(line.trim())).map((word) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.word = button.textContent = word;
      return button;
    }));
    this.words.scrollLeft = 0;
  }
}

customElements.define("lk-touch-keys", TouchKeys);
