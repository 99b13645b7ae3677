/* The lesson editor: keeps what one writes and refreshes the preview, wraps and inserts Markdown, jumps to a problem's line, warns before text is left. */

import { sectionAt, withBlock } from "../lib/sections.js";

const PAUSE_MS = 700;
/* What was sent and has not left the page by then did not reach the site. */
const STAYED_MS = 10_000;

class Editor extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("form.editor__form textarea");
    this.fields = [...this.querySelectorAll("form.editor__form textarea")];
    this.unsaved = this.querySelector("[data-role=unsaved]");
    this.controller = new AbortController();
    const { signal } = this.controller;
    document.addEventListener("click", (event) => this.jump(event), { signal });
    if (this.hasAttribute("data-read-only")) {
      this.fields.forEach((field) => { field.readOnly = true; });
      return;
    }
    this.kept = this.fields.map((field) => field.defaultValue).join("\0");
    this.last = this.field;
    this.fields.forEach((field) => {
      field.addEventListener("input", () => this.changed(), { signal });
      field.addEventListener("focus", () => { this.last = field; this.isAt = true; }, { signal });
      field.addEventListener("keydown", (event) => this.pressed(event), { signal });
      field.addEventListener("compositionstart", () => { this.composing = true; }, { signal });
      field.addEventListener("compositionend", () => { this.composing = false; this.changed(); }, { signal });
    });
    this.addEventListener("submit", (event) => this.leaving(event), { signal });
    window.addEventListener("beforeunload", (event) => this.warn(event), { signal });
    document.addEventListener("lk:unsent", () => this.stayed(), { signal });
    window.addEventListener("pageshow", ({ persisted }) => { if (persisted) this.stayed(); }, { signal });
    document.body.addEventListener("htmx:config:request", ({ detail: { ctx } }) => { ctx.sent = this.text(); }, { signal });
    document.body.addEventListener("htmx:after:request", ({ detail: { ctx } }) => this.answered(ctx), { signal });
    this.addEventListener("formdata", ({ formData }) => { if (this.text() === this.kept) formData.set("unchanged", "1"); }, { signal });
    this.toolbar(signal);
    this.here = setInterval(() => this.send(), 30_000);
    if (this.text() !== this.kept) this.changed(); // written before this script was there, or put back by the browser
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    clearInterval(this.here);
    this.controller?.abort();
  }

  text() {
    return this.fields.map((field) => field.value).join("\0");
  }

  changed() {
    this.unsaved.hidden = this.text() === this.kept;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE_MS);
  }

  /* Without htmx the button would leave the page; then only saving keeps the text. A syllable that an input method is still making waits.
     Who writes nothing is still here, which others are told; their text says nothing new, and another window may have a newer one. */
  send() {
    if (!window.htmx || this.composing || this.sent === this.text()) return;
    this.querySelector("[data-role=preview]").click();
  }

  answered({ response, sent, target }) {
    if (response.status !== 200 || target?.id !== "preview") return;
    this.kept = sent;
    this.unsaved.hidden = this.text() === this.kept;
  }

  leaving(event) {
    if (event.target.matches(".editor__form") && !event.submitter?.hasAttribute("hx-post")) {
      clearTimeout(this.timer);
      this.sent = this.text();
      this.timer = setTimeout(() => this.stayed(), STAYED_MS);
    }
    this.place(event.target.elements.line);
  }

  /* What is sent is on its way and no more: only the next page shows that the server has it. As long as this one stands, it is not kept. */
  stayed() {
    if (this.sent === undefined) return;
    this.sent = undefined;
    if (this.text() !== this.kept) this.changed();
  }

  /* A picture goes into the section where one writes; where nobody wrote yet, to the end. */
  place(line) {
    if (line && this.isAt && this.last === this.field) line.value = this.field.value.slice(0, this.field.selectionStart).split("\n").length;
  }

  warn(event) {
    if (this.text() !== this.kept && this.text() !== this.sent) event.preventDefault();
  }

  toolbar(signal) {
    const bar = this.querySelector("[data-role=toolbar]");
    if (!bar) return;
    bar.hidden = false;
    bar.addEventListener("click", (event) => this.use(event.target.closest("button")), { signal });
    bar.querySelector("[data-role=insert]").addEventListener("change", (event) => {
      const { value } = event.target;
      if (value.startsWith("[@")) this.put(value);
      else if (value) this.putBlock(value);
      event.target.value = "";
    }, { signal });
  }

  pressed(event) {
    if (event.isComposing || event.keyCode === 229 || !(event.ctrlKey || event.metaKey)) return;
    const key = event.key.toLowerCase();
    if (key === "s" && !event.altKey) {
      event.preventDefault();
      this.querySelector("[data-role=save]").click();
      return;
    }
    const button = this.querySelector(event.altKey ? `[data-alt="${CSS.escape(key)}"]` : `[data-key="${CSS.escape(key)}"]`);
    if (button) {
      event.preventDefault();
      this.use(button);
    }
  }

  use(button) {
    if (!button) return;
    const { value, selectionStart: from, selectionEnd: to } = this.last;
    const chosen = value.slice(from, to);
    if (button.dataset.wrap) this.put(`${button.dataset.wrap}${chosen}${button.dataset.wrap}`, button.dataset.wrap.length, chosen.length);
    else if ("link" in button.dataset) this.put(`[${chosen}](https://)`, chosen ? chosen.length + 3 : 1, chosen ? 8 : 0);
    else {
      const start = value.lastIndexOf("\n", from - 1) + 1;
      this.last.setSelectionRange(start, start);
      this.put(button.dataset.line);
    }
  }

  /* Where both languages stand side by side, a block that says the same in both goes into the same section of the other text too; what has words of its own does not. */
  putBlock(block) {
    const number = sectionAt(this.last.value, this.last.selectionStart);
    this.put(`\n${block}\n`);
    const other = this.fields.find((field) => field !== this.last);
    if (!other || block.includes("…") || other.value.includes(block)) return;
    other.value = withBlock(other.value, number, block);
    this.changed();
  }

  /* execCommand keeps the browser's own undo; where it is gone, setRangeText does the rest. */
  put(text, offset = text.length, length = 0) {
    const start = this.last.selectionStart;
    this.last.focus();
    if (!document.execCommand("insertText", false, text)) {
      this.last.setRangeText(text, this.last.selectionStart, this.last.selectionEnd, "end");
      this.changed();
    }
    this.last.setSelectionRange(start + offset, start + offset + length);
  }

  jump(event) {
    const place = event.target.closest(".problems__place");
    const name = this.querySelector("input[name=file]").value;
    if (!place || place.dataset.file !== name) return;
    event.preventDefault();
    const lines = this.field.value.split("\n");
    const number = Math.max(Number(place.dataset.line), 1);
    const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    this.field.focus();
    this.field.setSelectionRange(start, start + (lines[number - 1] ?? "").length);
  }
}

customElements.define("lk-editor", Editor);
