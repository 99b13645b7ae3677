/* The terminal: a form that works alone, enhanced with history and its search, completion, pasted scripts, editors and output that streams in. */

import "./lk-editing.js";
import { asked } from "../lib/asking.js";
import { History, completed } from "../lib/history.js";
import { edited } from "../lib/lines.js";
import { commands, isOpen } from "../lib/paste.js";
import { printed } from "../lib/screen.js";

/* Nearer to its end than this the screen follows what is printed; whoever has scrolled back reads on in peace. */
const NEAR_PX = 30;

class Terminal extends HTMLElement {
  connectedCallback() {
    this.screen = this.querySelector(".terminal__screen");
    this.form = this.querySelector("form");
    this.screen.scrollTop = this.screen.scrollHeight;
    this.isAtEnd = true;
    if (!this.form) return;
    this.line = this.form.elements.line;
    this.prompt = this.querySelector(".terminal__prompt");
    this.note = this.querySelector("[data-role=search]");
    this.queue = [];
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
    this.screen.addEventListener("pointerup", (event) => this.pointed(event), { signal });
    this.screen.addEventListener("keydown", (event) => this.typedAside(event), { signal });
    this.querySelector("[data-role=copy]")?.addEventListener("click", (event) => this.copy(event.target), { signal });
    this.watcher = new MutationObserver(() => this.stream());
    const printed = document.getElementById("printed");
    if (printed) this.watcher.observe(printed, { childList: true });
    this.clock = new MutationObserver(() => this.looked());
    const clock = document.getElementById("clock");
    if (clock) this.clock.observe(clock, { attributes: true, attributeFilter: ["data-running", "data-version", "data-prompt"] });
    this.screen.addEventListener("scroll", () => this.scrolled(), { signal, passive: true });
    this.sizes = new ResizeObserver(() => this.follow()); // an editor or the inspector has opened below it
    this.sizes.observe(this.screen);
    this.goOn();
    const entered = this.line.value.lastIndexOf("\n");
    if (entered >= 0) this.take(this.line.value.slice(0, entered), this.line.value.slice(entered + 1)); // Enter was pressed before this script was there
  }

  disconnectedCallback() {
    this.controller?.abort();
    this.watcher?.disconnect();
    this.clock?.disconnect();
    this.sizes?.disconnect();
  }

  /* What went on when the page was opened goes on in the block that the server drew. */
  goOn() {
    const last = this.screen.lastElementChild;
    if (document.getElementById("clock")?.dataset.running !== "1" || !last?.matches(".terminal__output:not(.terminal__output--failed, .terminal__pressed)")) return;
    this.open = last;
    if (last.dataset.fixed) last.fixed = last.textContent.slice(0, Number(last.dataset.fixed));
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
    else if (!this.busy && !this.sending) this.command("");
  }

  interrupt() {
    for (const { block } of this.queue.splice(0)) block?.remove();
    this.send({ interrupt: "1" });
  }

  edited({ text, save, isInput }) {
    const said = save === "1" ? ":wq" : ":q!";
    this.send({ edited: text, save, given: isInput ? "1" : "" }, this.command(isInput ? text.replace(/\n$/, "") : said));
  }

  /* Inputs are sent one after the other, as they were made. What is typed ahead stands there, and its output comes below it. */
  async run(line, after = "", ahead = null) {
    if (!line.trim()) return;
    if (this.line.value === line) this.line.value = ""; // what else is being typed stays
    this.grow();
    if (this.sending) return void this.queue.push({ line, after, block: this.command(line, true) });
    const from = document.activeElement;
    this.history.add(line);
    const block = ahead ?? this.command(line);
    block.dataset.prompt = this.promptNow();
    this.after = after;
    await this.send({ line }, block, line);
    const stayed = document.activeElement === from || document.activeElement === document.body; // whoever has gone on meanwhile is not fetched back
    if (stayed && !document.querySelector("lk-editing:not([hidden])")) this.line.focus({ preventScroll: true });
  }

  /* A line goes on being sent until it is answered, under a name by which the site knows it and runs it once. */
  async send(fields, block = null, line = "") {
    const body = new FormData(this.form);
    body.delete("line");
    const looker = document.getElementById("looker");
    for (const name of ["offset", "head"]) if (looker) body.set(name, looker.elements[name].value);
    for (const [key, value] of Object.entries({ ...fields, once: `${Date.now()}.${performance.now()}`.slice(0, 24) })) body.set(key, value);
    this.sending = true;
    block?.setAttribute("data-waiting", "");
    const answer = await asked(this.form.action, body, () => this.lost(block));
    this.sending = false;
    block?.removeAttribute("data-waiting");
    this.waits?.remove();
    if (answer.said === undefined) this.took(answer);
    else this.failed(answer.said, line);
    document.querySelector("lk-clock")?.look();
  }

  lost(block) {
    this.waits?.remove();
    this.waits = this.block("terminal__note", this.dataset.waits);
    this.following(() => (block ? block.after(this.waits) : this.add(this.waits)));
  }

  /* What was typed ahead is not run after a line that was refused; it is written again where it came from. */
  failed(said, line) {
    const rest = this.queue.splice(0);
    for (const { block } of rest) block?.remove();
    [this.open, this.busy] = [null, false];
    this.print("terminal__output terminal__output--failed", said || this.dataset.failed, "");
    this.line.value ||= [line, ...rest.map((item) => item.line)].filter(Boolean).join("\n");
    this.grow();
  }

  took(answer) {
    if (answer.before) this.late(answer.before);
    this.open = null;
    if (answer.output) this.put(answer.output, answer.status ? "terminal__output terminal__output--failed" : "terminal__output");
    if (answer.status) this.open = null; // what a job prints after a line that was refused is no failure
    if (answer.prompt !== undefined) this.prompt.dataset.prompt = answer.prompt;
    if (answer.editing?.is_input && this.after) { // what was pasted behind a command that reads is what it reads
      answer.editing.text = this.after;
      for (const { block } of this.queue.splice(0)) block?.remove();
    }
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
    else this.next();
  }

  looked() {
    const prompt = document.getElementById("clock")?.dataset.prompt;
    if (prompt !== undefined && !this.sending) this.prompt.dataset.prompt = prompt;
    this.next();
  }

  next() {
    if (this.busy && (performance.now() < this.quietUntil || document.getElementById("clock")?.dataset.running === "1")) return;
    this.busy = false;
    if (this.sending) return;
    const next = this.queue.shift();
    if (next !== undefined) {
      [this.busy, this.quietUntil] = [true, Infinity];
      this.run(next.line, next.after, next.block);
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

  /* An answer that was under way when a line was entered belongs to the line before; of two answers under way at once, the second begins where nothing is missing any more. */
  stream() {
    const data = document.querySelector("#printed data");
    if (!data || !data.textContent) return;
    const { offset, head } = document.getElementById("looker").elements;
    if (data.dataset.from === undefined) this.pushed(data.textContent);
    else if (data.dataset.from === offset.value && data.dataset.head === head.value) {
      offset.value = data.value;
      this.put(data.textContent, "terminal__output");
    }
    data.remove();
  }

  /* A button of the page said what it did. What a command goes on printing comes below. */
  pushed(text) {
    const note = this.print("terminal__output terminal__pressed", text);
    if (this.open?.fixed === undefined) this.open = null;
    else this.screen.insertBefore(note, this.open); // what is drawn anew again and again stays one
  }

  /* What the command before had still to say when a line was entered. */
  late(text) {
    const entered = [...this.screen.querySelectorAll(".terminal__command:not([data-waiting])")].at(-1);
    const block = this.open?.isConnected ? this.open : this.block("terminal__output");
    if (block !== this.open) this.screen.insertBefore(block, entered ?? null);
    this.draw(block, text);
  }

  /* Print into the block of the command that goes on, or into a new one. */
  put(text, className) {
    this.following(() => {
      const block = this.open?.isConnected ? this.open : this.block(className);
      if (this.draw(block, text) || block !== this.open) this.add(block);
      this.open = block;
      if (!block.textContent && !block.fixed) block.remove();
    });
  }

  /* Draw more into a block; say whether the screen was cleared for it. */
  draw(block, more) {
    const now = printed({ text: block.textContent, fixed: block.fixed }, more);
    if (now.cleared) this.clear();
    block.fixed = now.fixed;
    if (now.text.startsWith(block.textContent) && block.lastChild) block.append(now.text.slice(block.textContent.length));
    else block.textContent = now.text;
    return now.cleared;
  }

  /* A line as it was entered, behind its prompt, perhaps before its turn; whoever typed it knows it, what it prints is read out. */
  command(text, isAhead = false) {
    const block = this.block("terminal__command", text);
    block.dataset.prompt = this.promptNow();
    block.setAttribute("aria-live", "off");
    if (isAhead) block.setAttribute("data-waiting", "");
    else this.open = null;
    this.isAtEnd = true;
    this.following(() => (isAhead ? this.screen.append(block) : this.add(block)));
    return block;
  }

  promptNow() {
    return this.prompt?.dataset.prompt ?? "$ ";
  }

  /* Below what was printed last, above what was typed ahead. */
  add(block) {
    this.screen.insertBefore(block, this.screen.querySelector(".terminal__command[data-waiting]"));
  }

  /* What was typed ahead stays. */
  clear() {
    this.screen.replaceChildren(...this.screen.querySelectorAll(".terminal__command[data-waiting]"));
  }

  print(className, text, language = "en") {
    const block = this.block(className, text, language);
    this.following(() => this.add(block));
    return block;
  }

  block(className, text = "", language = className === "terminal__note" ? "" : "en") {
    return Object.assign(document.createElement("pre"), { className, textContent: text, lang: language });
  }

  /* Change the screen, and stay at its end if it was there. */
  following(change) {
    change();
    while (this.screen.childElementCount > 200) this.screen.firstElementChild.remove();
    this.follow();
  }

  /* Only going back leaves the end: a screen that becomes lower has not been scrolled. */
  scrolled() {
    const top = this.screen.scrollTop;
    if (this.screen.scrollHeight - top - this.screen.clientHeight < NEAR_PX) this.isAtEnd = true;
    else if (top < this.top) this.isAtEnd = false;
    this.top = top;
  }

  follow() {
    if (this.isAtEnd) this.screen.scrollTop = this.screen.scrollHeight;
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
    else if (event.key === "l" && event.ctrlKey) { event.preventDefault(); this.clear(); }
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
    if (list.length > 1 && !added) this.print("terminal__note", list.slice(0, 60).join("  "));
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
    await navigator.clipboard.writeText(this.screen.innerText);
    const before = button.textContent;
    button.textContent = this.dataset.copied;
    setTimeout(() => { button.textContent = before; }, 1500);
  }
}

customElements.define("lk-terminal", Terminal);
