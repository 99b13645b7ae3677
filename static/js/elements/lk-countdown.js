/* The clock of a test: shows what is left by the server's time, and hands the form in at the end, until that is answered. The server decides; this only spares waiting. */

const AGAIN_MS = 5000;

class Countdown extends HTMLElement {
  connectedCallback() {
    this.since = [performance.now(), Date.now()];
    this.time = this.querySelector(".test__time");
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

  tick() {
    const left = Math.max(0, Math.ceil(Number(this.dataset.left) - Number(this.dataset.now) - this.passed() / 1000));
    this.time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.time.setAttribute("role", "timer");
    if (left > 0) return;
    clearInterval(this.timer);
    this.handIn();
  }

  handIn() {
    document.getElementById(this.dataset.form).requestSubmit();
    this.end = setTimeout(() => this.handIn(), AGAIN_MS);
  }
}

customElements.define("lk-countdown", Countdown);
