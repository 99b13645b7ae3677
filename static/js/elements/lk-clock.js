/* The virtual clock: counts on between two answers of the server, and has the page look again exactly when something is due. */

import { clockText, virtualNow } from "../lib/clock.js";

/* A site that does not answer is not asked at once again. */
const AGAIN_MS = 5000;
/* How long after the last command or press what becomes of it may still be a task that is done. */
const AWAITED_MS = 120_000;

class Clock extends HTMLElement {
  static observedAttributes = ["data-now", "data-wait", "data-paused", "data-speed", "data-running", "data-version"];

  connectedCallback() {
    this.restart();
    this.onDone = ({ detail: { ctx } }) => this.answered(ctx);
    this.onPress = (event) => { this.pressed = Boolean(event.submitter?.name); };
    this.onAct = () => { this.acted = performance.now(); };
    this.addEventListener("submit", this.onPress);
    document.addEventListener("htmx:finally:request", this.onDone);
    document.addEventListener("ran", this.onAct);
    this.rail = document.getElementById("scrub");
    this.onKey = () => { this.byKey = true; };
    this.onPoint = () => { this.byKey = false; };
    this.onScrub = () => { if (!this.byKey) this.rail.form.requestSubmit(); };
    this.onMoved = () => this.name();
    for (const [event, heard] of this.heard()) this.rail?.addEventListener(event, heard);
    this.onSpeed = (event) => { if (event.target.name === "speed") event.target.form.requestSubmit(); };
    this.addEventListener("change", this.onSpeed);
    this.frame = setInterval(() => this.show(), 200);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    clearInterval(this.frame);
    document.removeEventListener("htmx:finally:request", this.onDone);
    document.removeEventListener("ran", this.onAct);
    this.removeEventListener("change", this.onSpeed);
    this.removeEventListener("submit", this.onPress);
    for (const [event, heard] of this.heard()) this.rail?.removeEventListener(event, heard);
  }

  /* Dragging shows a moment when the hand lets go; with keys one walks along first, and then presses Enter or the button that is shown beside it. */
  heard() {
    return [["keydown", this.onKey], ["pointerdown", this.onPoint], ["change", this.onScrub], ["input", this.onMoved]];
  }

  attributeChangedCallback(name) {
    if (this.isConnected) this.restart();
    if (name === "data-version" && performance.now() - this.acted < AWAITED_MS) document.dispatchEvent(new CustomEvent("passed"));
  }

  /* A sandbox that is gone, or belongs to somebody else by now, is not asked again. */
  answered({ response, sourceEvent }) {
    if (sourceEvent?.isTrusted) this.onAct();
    if ([403, 404].includes(response?.status)) clearTimeout(this.timer);
    else this.plan(response?.status < 400 ? 0 : AGAIN_MS);
    this.say();
  }

  restart() {
    this.since = performance.now();
    const looker = document.getElementById("looker");
    if (looker) looker.elements.version.value = this.dataset.version;
    const isHeld = document.activeElement?.matches("[data-role=interrupt]");
    for (const item of document.querySelectorAll("[data-role=interrupt], [data-role=busy]")) item.hidden = this.dataset.running !== "1";
    if (isHeld && this.dataset.running !== "1") document.getElementById("line")?.focus({ preventScroll: true }); // whoever ended a command types on
    this.plan();
  }

  plan(least = 0) {
    clearTimeout(this.timer);
    if (this.dataset.paused === "1") return;
    this.timer = setTimeout(() => this.look(), Math.max(least, Number(this.dataset.wait)));
  }

  look() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", () => this.look(), { once: true });
      return;
    }
    document.getElementById("looker")?.dispatchEvent(new CustomEvent("look", { bubbles: true }));
  }

  show() {
    const output = this.querySelector("output");
    if (output && this.dataset.paused !== "1") {
      const now = virtualNow(this.dataset, performance.now() - this.since);
      output.textContent = clockText(now);
      this.stretch(now);
    }
  }

  /* A clock that runs is not read out; where it stands after a press of one of its buttons is, once. */
  say() {
    if (!this.pressed) return;
    this.pressed = false;
    const [said, output] = [this.querySelector("[data-role=pressed]"), this.querySelector("output")];
    if (said && output) setTimeout(() => { said.textContent = output.textContent; }, 100);
  }

  name() {
    this.rail.setAttribute("aria-valuetext", clockText(Number(this.rail.value)));
  }

  /* The time line reaches to now, in whole steps back from there; its marks keep their places in time. */
  stretch(now) {
    if (!this.rail || document.activeElement === this.rail) return;
    const atEnd = Number(this.rail.value) >= Number(this.rail.max) - 1000;
    const from = now % Number(this.rail.step);
    this.rail.min = String(from);
    this.rail.max = String(now);
    if (atEnd) this.rail.value = String(now);
    this.name();
    document.getElementById("marks")?.setAttribute("viewBox", `${from} 0 ${Math.max(now - from, 1)} 10`);
  }
}

customElements.define("lk-clock", Clock);
