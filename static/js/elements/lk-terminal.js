/* The terminal: a form that works alone, enhanced with history and its search, completion, pasted scripts, editors and output that streams in. */

import "./lk-editing.js";
import "./lk-touch-keys.js";
import { asked } from "../lib/asking.js";
import { History, completed } from "../lib/history.js";
import { edited } from "../lib/lines.js";
import { commands, isOpen } from "../lib/paste.js";
import { Screen } from "../lib/terminal-screen.js";

class Terminal extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.prompt = this.querySelector(".terminal__prompt");
    this.screen = new Screen(this.querySelector(".terminal__screen"), this.prompt);
    if (!this.form) return;
    this.line = this.form.elements.line;
    this.note = this.querySelector("[data-role=search]");
    this.queue = []; // lines whose turn will come
    this.urgent = []; // what does not wait for them: Ctrl-C, and a text that was edited
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
    this.screen.element.addEventListener("pointerup", (event) => this.pointed(event), { signal });
    this.screen.element.addEventListener("keydown", (event) => this.typedAside(event), { signal });
    this.querySelector("[data-role=copy]")?.addEventListener("click", (event) => this.copy(event.target), { signal });
    this.watcher = new MutationObserver(() => this.stream());
    const printed = document.getElementById("printed");
    if (printed) this.watcher.observe(printed, { childList: true });
    this.clock = new MutationObserver(() => this.looked());
    const clock = document.getElementById("clock");
    if (clock) this.clock.observe(clock, { attributes: true, attributeFilter: ["data-running", "data-version", "data-prompt"] });
    this.screen.watch(signal);
    if (clock?.dataset.running === "1") this.screen.goOn();
    this.busy = this.goesOn();
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

  /* A click anywhere in the terminal leads to its line, unless it marks a text; a finger only scrolls. */
  pointed(event) {
    if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("button") && getSelection().isCollapsed) this.line.focus({ preventScroll: true });
  }

  /* What is typed while the screen has the focus is meant for the line. */
  typedAside(event) {
    const types = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (types || event.key === "Enter") this.line.focus({ preventScroll: true });
    else if (event.key === "c" && event.ctrlKey && getSelection().isCollapsed) this.interrupt();
  }

  submitted(event) {
    event.preventDefault();
    if (event.submitter?.dataset.role === "interrupt") this.interrupt();
    else if (this.line.value.trim()) this.run(this.line.value);
    else if (!this.busy && !this.sending) this.screen.command("");
  }

  interrupt() {
    this.dropped();
    this.send({ interrupt: "1" });
  }

  /* Nothing of what was typed ahead is run any more; say what it was. */
  dropped() {
    const ahead = this.queue.splice(0);
    for (const { block } of ahead) block?.remove();
    this.behind?.remove();
    return ahead.map(({ line }) => line);
  }

  edited({ text, save, isInput }) {
    const said = save === "1" ? ":wq" : ":q!";
    this.send({ edited: text, save, given: isInput ? "1" : "" }, this.screen.command(isInput ? text.replace(/\n$/, "") : said));
  }

  /* Inputs are sent one after the other, as they were made. What is typed ahead stands there, and its output comes below it. */
  run(line) {
    if (!line.trim()) return;
    if (this.line.value === line) this.line.value = ""; // what else is being typed stays
    this.grow();
    if (!this.sending && !this.busy) return this.enter(line);
    this.queue.push({ line, block: this.screen.command(line, true) });
    this.next();
    setTimeout(() => this.held(), 1500);
  }

  /* Who has typed behind a command that goes on and on is told how to end it. */
  held() {
    const first = this.queue.find(({ block }) => block)?.block;
    if (!this.busy || this.sending || !first || this.behind?.isConnected) return;
    this.behind = this.screen.below(first, "terminal__note", this.dataset.behind);
  }

  async enter(line, after = "", ahead = null) {
    const from = document.activeElement;
    this.history.add(line);
    const block = this.screen.entered(ahead ?? this.screen.command(line));
    this.after = after;
    await this.send({ line }, block, line);
    const stayed = document.activeElement === from || document.activeElement === document.body; // whoever has gone on meanwhile is not fetched back
    if (!stayed || document.querySelector("lk-editing:not([hidden])")) return;
    this.line.focus({ preventScroll: true });
    if (from === this.line) this.form.scrollIntoView({ block: "nearest" }); // what it printed may have pushed it out of a small window
  }

  /* What is entered goes on being sent until it is answered, under a name by which the site knows it and runs it once; the next waits for that. */
  async send(fields, block = null, line = "") {
    if (this.sending) await new Promise((turn) => { this.urgent.push(turn); });
    this.sending = true;
    const body = new FormData(this.form);
    body.delete("line");
    const looker = document.getElementById("looker");
    for (const name of ["offset", "head"]) if (looker) body.set(name, looker.elements[name].value);
    for (const [key, value] of Object.entries({ ...fields, once: `${Date.now()}.${performance.now()}`.slice(0, 24) })) body.set(key, value);
    block?.setAttribute("data-waiting", "");
    const answer = await asked(this.form.action, body, () => this.lost(block));
    this.sending = false;
    block?.removeAttribute("data-waiting");
    this.waits?.remove();
    if (answer.said === undefined) this.took(answer);
    else this.failed(answer.said, line);
    this.urgent.shift()?.();
    document.querySelector("lk-clock")?.look();
  }

  lost(block) {
    this.waits?.remove();
    this.waits = this.screen.below(block, "terminal__note", this.dataset.waits);
  }

  /* What was typed ahead is not run after a line that was refused; it is written again where it came from. */
  failed(said, line) {
    const rest = this.dropped();
    this.busy = false;
    this.screen.close();
    this.screen.print("terminal__output terminal__output--failed", said || this.dataset.failed, "");
    this.line.value ||= [line, ...rest].filter(Boolean).join("\n");
    this.grow();
  }

  took(answer) {
    if (answer.before) this.screen.late(answer.before);
    this.screen.close();
    if (answer.output) this.screen.put(answer.output, answer.failed ? "terminal__output terminal__output--failed" : "terminal__output");
    if (answer.failed) this.screen.close(); // what a job prints after a line that was refused is no failure
    if (answer.prompt !== undefined) this.prompt.dataset.prompt = answer.prompt;
    if (answer.editing?.is_input && this.after) { // what was pasted behind a command that reads is what it reads
      answer.editing.text = this.after;
      this.dropped();
    }
    document.dispatchEvent(new CustomEvent("lk:editing", { detail: answer.editing ?? null }));
    document.dispatchEvent(new CustomEvent("ran"));
    document.querySelector("#words[open]")?.dispatchEvent(new CustomEvent("explain"));
    const looker = document.getElementById("looker");
    if (looker) {
      looker.elements.offset.value = answer.offset ?? 0;
      looker.elements.head.value = answer.head ?? 0;
    }
    this.busy = Boolean(answer.running && !answer.serves);
    this.quietUntil = performance.now() + (this.busy ? 1200 : 0);
    if (this.busy) setTimeout(() => { this.next(); this.tellBusy(); }, 1300);
    else this.next();
  }

  looked() {
    const prompt = document.getElementById("clock")?.dataset.prompt;
    if (prompt !== undefined && !this.sending) this.prompt.dataset.prompt = prompt;
    if (!this.sending && this.goesOn()) this.busy = true; // entered elsewhere: a prediction, another window
    this.next();
  }

  next() {
    if (this.busy && (performance.now() < this.quietUntil || this.goesOn())) return;
    this.busy = false;
    if (this.sending || this.urgent.length) return;
    const next = this.queue.shift();
    if (next !== undefined) {
      [this.busy, this.quietUntil] = [true, Infinity];
      if (!this.queue.length) this.behind?.remove();
      this.enter(next.line, next.after, next.block);
    }
  }

  /* Whether a command goes on that a line has to wait for. */
  goesOn() {
    const clock = document.getElementById("clock");
    return clock?.dataset.running === "1" && clock.dataset.serves === undefined;
  }

  /* Who does not see it is told as well that a command goes on, and how to end it. */
  tellBusy() {
    if (this.goesOn()) this.say(this.querySelector("[data-role=busy]").textContent);
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

  /* An answer that was under way when a line was entered belongs to the line before; of two answers under way at once, the second begins where nothing is missing any more. */
  stream() {
    const data = document.querySelector("#printed data");
    if (!data || !data.textContent) return;
    const { offset, head } = document.getElementById("looker").elements;
    if (data.dataset.from === undefined) this.screen.pushed(data.textContent);
    else if (data.dataset.from === offset.value && data.dataset.head === head.value) {
      offset.value = data.value;
      this.screen.put(data.textContent, "terminal__output");
    }
    data.remove();
  }

  pressed(event) {
    const single = !this.line.value.includes("\n");
    const isCtrl = event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    if (event.isComposing) return;
    if (event.key === "r" && event.ctrlKey) this.search(event);
    else if (this.sought !== undefined && event.key !== "Enter" && this.searching(event)) return;
    else if (event.key === "Escape") this.leaving = true;
    else if (event.key === "Tab" && !event.shiftKey && !this.leaving && this.line.value.trim()) this.tab(event);
    else if (event.key === "Enter" && !event.shiftKey && !isOpen(this.line.value)) { event.preventDefault(); this.sought = undefined; this.note.hidden = true; this.form.requestSubmit(this.form.querySelector("button:not([name])")); }
    else if ((event.key === "ArrowUp" || (event.key === "p" && isCtrl)) && single) this.recall(event, this.history.older(this.line.value));
    else if (event.key === "ArrowDown" && single) this.recall(event, this.history.newer());
    else if (event.key === "l" && event.ctrlKey) { event.preventDefault(); this.screen.clear(); }
    else if (event.key === "c" && event.ctrlKey && this.line.selectionStart === this.line.selectionEnd) { this.line.value = ""; this.interrupt(); }
    else if (event.key === "d" && isCtrl && !this.line.value) { event.preventDefault(); this.run("exit"); }
    else if (event.key === "." && event.altKey) { event.preventDefault(); this.insert(/\S*$/.exec((this.history.lines.at(-1) ?? "").trimEnd())[0]); }
    else if (isCtrl && single && this.cut(event.key)) event.preventDefault();
    else if (event.key !== "Tab") this.leaving = false;
  }

  /* Carry out a key of the line editor; say whether it was one. */
  cut(key) {
    const now = edited(key, { text: this.line.value, at: this.line.selectionStart, cut: this.kept });
    if (!now) return false;
    [this.line.value, this.kept] = [now.text, now.cut];
    this.line.setSelectionRange(now.at, now.at);
    return true;
  }

  insert(text) {
    this.line.setRangeText(text, this.line.selectionStart, this.line.selectionEnd, "end");
    this.grow();
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
    this.say(line);
    this.grow();
  }

  /* Complete the word before the cursor. What is typed while the answer is on its way is not lost: the answer is for the line as it was. */
  async tab(event) {
    event.preventDefault();
    const [text, at] = [this.line.value, this.line.selectionStart];
    const words = await fetch(`${this.dataset.complete}?line=${encodeURIComponent(text.slice(0, at))}`).then((response) => response.json()).then((answer) => answer.words, () => []);
    if (!this.line.value.startsWith(text.slice(0, at)) || !this.line.value.endsWith(text.slice(at))) return;
    const { line, list } = completed(text.slice(0, at), words, this.line.value.slice(at));
    const added = line.slice(at);
    const meanwhile = this.line.value.slice(at, this.line.value.length - (text.length - at));
    if (meanwhile && added.startsWith(meanwhile)) return; // whoever types on has completed it by hand
    if (list.length > 1 && !added) this.screen.print("terminal__note", list.slice(0, 60).join("  "));
    if (!added) return;
    this.say(line);
    const cursor = this.line.selectionStart;
    this.line.setRangeText(added, at, at, "preserve");
    this.line.setSelectionRange(cursor + added.length, cursor + added.length);
    this.grow();
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
