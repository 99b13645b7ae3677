/* The clock of a test: shows what is left by the server's time, says so aloud now and then, and hands the form in at the end, until that is answered.
   The server decides; this only spares waiting. */
import { markAt, timeText } from "../lib/countdown.js";

const AGAIN_MS = 5000;

class Countdown extends HTMLElement {
  connectedCallback() {
    this.since = [performance.now(), Date.now()];
    this.time = this.querySelector(".test__time");
    this.status = this.querySelector("[role=status]");
    this.begun = this.left();
    const label = this.querySelector("[data-role=label]");
    label.textContent = label.dataset.awake;
    this.time.setAttribute("role", "timer");
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    clearTimeout(this.end);
  }

  /* One of the two stands still while a computer sleeps, the other is set by hand now and then. */
  passed() {
    return Math.max(performance.now() - this.since[0], Date.now() - this.since[1]);
  }

  left() {
    return Math.max(0, Math.ceil(Number(this.dataset.left) - Number(this.dataset.now) - this.passed() / 1000));
  }

  tick() {
    const left = this.left();
    this.time.textContent = timeText(left);
    this.say(this.status.dataset[markAt(left, this.begun)] ?? "");
    if (left > 0) return;
    clearInterval(this.timer);
    this.handIn();
  }

  say(sentence) {
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
  }

  handIn() {
    document.getElementById(this.dataset.form).requestSubmit();
    this.end = setTimeout(() => this.handIn(), AGAIN_MS);
  }
}

customElements.define("lk-countdown", Countdown);
