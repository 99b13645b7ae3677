/* The terminal: a form that works alone, enhanced with history, completion, several lines and output that streams in. */

import { History, completed } from "../lib/history.js";

class Terminal extends HTMLElement {
  connectedCallback() {
    this.screen = this.querySelector(".terminal__screen");
    this.form = this.querySelector("form");
    this.screen.scrollTop = this.screen.scrollHeight;
    if (!this.form) return;
    this.line = this.form.elements.line;
    this.history = new History([...this.querySelectorAll(".terminal__command")].map((item) => item.textContent));
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.form.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.line.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.line.addEventListener("input", () => this.grow(), { signal });
    document.addEventListener("lk:run", (event) => this.run(event.detail.line), { signal });
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    this.querySelector("[data-role=copy]")?.addEventListener("click", (event) => this.copy(event.target), { signal });
    this.watcher = new MutationObserver(() => this.stream());
    const printed = document.getElementById("printed");
    if (printed) this.watcher.observe(printed, { childList: true });
  }

  disconnectedCallback() {
    this.controller?.abort();
    this.watcher?.disconnect();
  }

  clicked(event) {
    const button = event.target.closest("[data-run]");
    if (button) this.run(button.dataset.run);
  }

  submitted(event) {
    event.preventDefault();
    if (event.submitter?.dataset.role === "interrupt") this.send({ interrupt: "1" });
    else this.run(this.line.value);
  }

  async run(line) {
    if (!line.trim()) return;
    this.history.add(line);
    this.print("terminal__command", line);
    this.line.value = "";
    this.grow();
    await this.send({ line }, line);
    this.line.focus({ preventScroll: true });
  }

  async send(fields, line = "") {
    const body = new FormData(this.form);
    body.delete("line");
    for (const [key, value] of Object.entries(fields)) body.set(key, value);
    try {
      const response = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const answer = await response.json();
      this.open = null;
      if (answer.output === "\f") this.screen.replaceChildren();
      else if (answer.output) this.open = this.print(answer.status ? "terminal__output terminal__output--failed" : "terminal__output", answer.output);
      const looker = document.getElementById("looker");
      if (looker) {
        looker.elements.offset.value = answer.offset ?? 0;
        looker.elements.head.value = answer.head ?? 0;
      }
    } catch {
      this.print("terminal__output terminal__output--failed", this.dataset.failed);
      this.line.value = line;
    }
    document.querySelector("lk-clock")?.look();
  }

  stream() {
    const data = document.querySelector("#printed data");
    if (!data || !data.textContent) return;
    if (this.open?.isConnected) this.open.append(data.textContent);
    else this.open = this.print("terminal__output", data.textContent);
    document.getElementById("looker").elements.offset.value = data.value;
    data.remove();
    this.screen.scrollTop = this.screen.scrollHeight;
  }

  print(className, text) {
    const block = document.createElement("pre");
    block.className = className;
    block.textContent = text;
    this.screen.append(block);
    while (this.screen.childElementCount > 200) this.screen.firstElementChild.remove();
    this.screen.scrollTop = this.screen.scrollHeight;
    return block;
  }

  pressed(event) {
    const single = !this.line.value.includes("\n");
    if (event.isComposing) return;
    if (event.key === "Escape") this.leaving = true;
    else if (event.key === "Tab" && !event.shiftKey && !this.leaving && this.line.value.trim()) this.tab(event);
    else if (event.key === "Enter" && !event.shiftKey && !this.isOpen()) { event.preventDefault(); this.form.requestSubmit(this.form.querySelector("button:not([name])")); }
    else if (event.key === "ArrowUp" && single) this.recall(event, this.history.older(this.line.value));
    else if (event.key === "ArrowDown" && single) this.recall(event, this.history.newer());
    else if (event.key === "c" && event.ctrlKey && this.line.selectionStart === this.line.selectionEnd) this.send({ interrupt: "1" });
    else if (event.key !== "Tab") this.leaving = false;
  }

  isOpen() {
    const mark = this.line.value.match(/<<-?\s*['"]?(\w+)/);
    return mark ? !this.line.value.split("\n").slice(1).some((line) => line.trim() === mark[1]) : this.line.value.endsWith("\\");
  }

  recall(event, line) {
    event.preventDefault();
    this.line.value = line;
    this.grow();
  }

  async tab(event) {
    event.preventDefault();
    const response = await fetch(`${this.dataset.complete}?line=${encodeURIComponent(this.line.value)}`);
    const { line, list } = completed(this.line.value, (await response.json()).words);
    if (list.length > 1 && line === this.line.value) this.print("terminal__note", list.slice(0, 60).join("  "));
    this.line.value = line;
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
