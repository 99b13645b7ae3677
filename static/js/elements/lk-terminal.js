/* The terminal: a form that works alone, enhanced with history and its search, completion, pasted scripts, editors and output that streams in. */

import "./lk-editing.js";
import { asked } from "../lib/asking.js";
import { History, completed } from "../lib/history.js";
import { commands, isOpen } from "../lib/paste.js";
import { Screen } from "../lib/screen.js";

class Terminal extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.prompt = this.querySelector(".terminal__prompt");
    this.screen = new Screen(this.querySelector(".terminal__screen"), this.prompt);
    if (!this.form) return;
    this.line = this.form.elements.line;
    this.note = this.querySelector("[data-role=search]");
    this.queue = [];
    this.ahead = []; // typed or pressed while an answer is awaited
    this.history = new History([...this.querySelectorAll(".terminal__command")].map((item) => item.textContent));
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.line.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.line.addEventListener("input", () => this.grow(), { signal });
    this.line.addEventListener("paste", (event) => this.pasted(event), { signal });
    document.addEventListener("lk:run", (event) => this.run(event.detail.line), { signal });
    document.addEventListener("lk:edited", (event) => this.edited(event.detail), { signal });
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    this.querySelector("[data-role=copy]")?.addEventListener("click", (event) => this.copy(event.target), { signal });
    this.watcher = new MutationObserver(() => this.stream());
    const printed = document.getElementById("printed");
    if (printed) this.watcher.observe(printed, { childList: true });
    this.clock = new MutationObserver(() => this.looked());
    const clock = document.getElementById("clock");
    if (clock) this.clock.observe(clock, { attributes: true, attributeFilter: ["data-running", "data-version", "data-prompt"] });
    const entered = this.line.value.lastIndexOf("\n");
    if (entered >= 0) this.take(this.line.value.slice(0, entered), this.line.value.slice(entered + 1)); // Enter was pressed before this script was there
  }

  disconnectedCallback() {
    this.controller?.abort();
    this.watcher?.disconnect();
    this.clock?.disconnect();
  }

  clicked(event) {
    const button = event.target.closest("[data-run]");
    if (button) this.run(button.dataset.run);
  }

  submitted(event) {
    event.preventDefault();
    if (event.submitter?.dataset.role === "interrupt") this.interrupt();
    else this.run(this.line.value);
  }

  interrupt() {
    this.queue = [];
    this.send({ interrupt: "1" });
  }

  edited({ text, save }) {
    this.send({ edited: text, save }, this.screen.command(save === "1" ? ":wq" : ":q!"));
  }

  async run(line) {
    if (!line.trim()) return;
    const from = document.activeElement;
    this.history.add(line);
    const block = this.screen.command(line);
    if (this.line.value === line) this.line.value = ""; // what else is being typed stays
    this.grow();
    await this.send({ line }, block, line);
    const stayed = document.activeElement === from || document.activeElement === document.body; // whoever has gone on meanwhile is not fetched back
    if (stayed && !document.querySelector("lk-editing:not([hidden])")) this.line.focus({ preventScroll: true });
  }

  /* One after the other, as in any terminal: what is typed ahead stands there, and its output comes below it. */
  async send(fields, block = null, line = "") {
    block?.setAttribute("data-waiting", "");
    if (this.sending) await new Promise((turn) => { this.ahead.push(turn); });
    this.sending = true;
    const body = new FormData(this.form);
    body.delete("line");
    for (const [key, value] of Object.entries({ ...fields, once: `${Date.now()}.${performance.now()}`.slice(0, 24) })) body.set(key, value);
    const answer = await asked(this.form.action, body, () => this.late(block));
    this.sending = false;
    block?.removeAttribute("data-waiting");
    this.waits?.remove();
    this.screen.place = block;
    if (answer.said === undefined) this.took(answer);
    else this.failed(answer.said, line);
    if (this.ahead.length) this.ahead.shift()();
    else if (!this.busy) this.next();
    document.querySelector("lk-clock")?.look();
  }

  /* The line goes on being sent until it is answered, and is run once. */
  late(block) {
    this.waits?.remove();
    this.screen.place = block;
    this.waits = this.screen.note("terminal__note", this.dataset.waits);
  }

  failed(said, line) {
    [this.queue, this.busy] = [[], false];
    this.screen.note("terminal__output terminal__output--failed", said || this.dataset.failed);
    this.line.value ||= line;
  }

  took(answer) {
    this.open = null;
    if (answer.output) this.open = this.screen.print(answer.output, answer.status ? "terminal__output terminal__output--failed" : "terminal__output");
    if (answer.status) this.open = null; // what a job prints after a line that was refused is no failure
    if (answer.prompt) this.prompt.dataset.prompt = answer.prompt;
    document.dispatchEvent(new CustomEvent("lk:editing", { detail: answer.editing ?? null }));
    document.dispatchEvent(new CustomEvent("ran"));
    document.querySelector("#words[open]")?.dispatchEvent(new CustomEvent("explain"));
    const looker = document.getElementById("looker");
    if (looker) {
      looker.elements.offset.value = answer.offset ?? 0;
      looker.elements.head.value = answer.head ?? 0;
    }
    this.busy = Boolean(answer.running);
    this.quietUntil = performance.now() + (this.busy ? 1200 : 0);
    if (this.busy) setTimeout(() => this.next(), 1300);
  }

  looked() {
    const prompt = document.getElementById("clock")?.dataset.prompt;
    if (prompt) this.prompt.dataset.prompt = prompt;
    this.next();
  }

  next() {
    if (this.busy && (performance.now() < this.quietUntil || document.getElementById("clock")?.dataset.running === "1")) return;
    this.busy = false;
    const line = this.queue.shift();
    if (line !== undefined) {
      [this.busy, this.quietUntil] = [true, Infinity];
      this.run(line);
    }
  }

  pasted(event) {
    const text = event.clipboardData?.getData("text") ?? "";
    if (!text.includes("\n") || this.line.value.trim()) return;
    event.preventDefault();
    this.take(text);
  }

  take(text, after = "") {
    const { whole, rest } = commands(text);
    this.queue.push(...whole);
    this.line.value = rest && after ? `${rest}\n${after}` : rest || after;
    this.grow();
    if (!this.busy) this.next();
  }

  /* Of two answers that were under way at once, the second begins where nothing is missing any more. */
  stream() {
    const data = document.querySelector("#printed data");
    if (!data || !data.textContent) return;
    const { offset } = document.getElementById("looker").elements;
    if ((data.dataset.from ?? offset.value) !== offset.value) return data.remove();
    if (this.open?.isConnected && !data.textContent.includes("\f")) this.open.append(data.textContent);
    else this.open = this.screen.print(data.textContent, "terminal__output", this.open);
    if (data.dataset.from) offset.value = data.value;
    data.remove();
    this.screen.toEnd();
  }

  pressed(event) {
    const single = !this.line.value.includes("\n");
    if (event.isComposing) return;
    if (event.key === "r" && event.ctrlKey) this.search(event);
    else if (this.sought !== undefined && event.key !== "Enter" && this.searching(event)) return;
    else if (event.key === "Escape") this.leaving = true;
    else if (event.key === "Tab" && !event.shiftKey && !this.leaving && this.line.value.trim()) this.tab(event);
    else if (event.key === "Enter" && !event.shiftKey && !isOpen(this.line.value)) { event.preventDefault(); this.sought = undefined; this.note.hidden = true; this.form.requestSubmit(this.form.querySelector("button:not([name])")); }
    else if (event.key === "ArrowUp" && single) this.recall(event, this.history.older(this.line.value));
    else if (event.key === "ArrowDown" && single) this.recall(event, this.history.newer());
    else if (event.key === "l" && event.ctrlKey) { event.preventDefault(); this.screen.element.replaceChildren(); }
    else if (event.key === "c" && event.ctrlKey && this.line.selectionStart === this.line.selectionEnd) { this.line.value = ""; this.interrupt(); }
    else if (event.key !== "Tab") this.leaving = false;
  }

  search(event) {
    event.preventDefault();
    if (this.sought === undefined) [this.sought, this.at] = [this.line.value, this.history.lines.length];
    this.seek();
  }

  searching(event) {
    if (event.key === "Escape" || event.key.startsWith("Arrow") || event.key === "Tab") {
      this.sought = undefined;
      this.note.hidden = true;
      return event.key === "Escape";
    }
    if (event.key === "Backspace") this.sought = this.sought.slice(0, -1);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.sought += event.key;
    else return false;
    event.preventDefault();
    this.at = this.history.lines.length;
    this.seek();
    return true;
  }

  seek() {
    const place = this.history.found(this.sought, this.at);
    if (place >= 0) [this.at, this.line.value] = [place, this.history.lines[place]];
    this.note.textContent = `${this.dataset.searching} “${this.sought}”${place < 0 ? ` (${this.dataset.nothing})` : ""}`;
    this.note.hidden = false;
    this.say(place < 0 ? this.dataset.nothing : this.line.value);
    this.grow();
  }

  recall(event, line) {
    event.preventDefault();
    this.line.value = line;
    this.grow();
  }

  async tab(event) {
    event.preventDefault();
    const typed = this.line.value;
    const words = await fetch(`${this.dataset.complete}?line=${encodeURIComponent(typed)}`).then((response) => response.json()).then((answer) => answer.words, () => []);
    if (this.line.value !== typed) return; // whoever types on has completed it by hand
    const { line, list } = completed(typed, words);
    if (list.length > 1 && line === typed) this.screen.note("terminal__note", list.slice(0, 60).join("  "));
    if (line !== typed) this.say(line);
    this.line.value = line;
  }

  /* What was put into the line, for those who do not see it. */
  say(text) {
    const said = document.getElementById("said");
    if (said) said.textContent = text;
  }

  grow() {
    this.line.rows = Math.min(this.line.value.split("\n").length, 14);
  }

  async copy(button) {
    await navigator.clipboard.writeText(this.screen.element.innerText);
    const before = button.textContent;
    button.textContent = this.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 1500);
  }
}

customElements.define("lk-terminal", Terminal);
