/* The clock of a test: shows what is left by the server's time, and hands the form in at the end. The server decides; this only spares waiting. */

class Countdown extends HTMLElement {
  connectedCallback() {
    this.ends = performance.now() + (Number(this.dataset.left) - Number(this.dataset.now)) * 1000;
    this.time = this.querySelector(".test__time");
    this.timer = setInterval(() => this.tick(), 500);
    this.tick();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    const left = Math.max(0, Math.ceil((this.ends - performance.now()) / 1000));
    this.time.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    this.time.setAttribute("role", "timer");
    if (left === 0) {
      clearInterval(this.timer);
      document.getElementById(this.dataset.form).requestSubmit();
    }
  }
}

customElements.define("lk-countdown", Countdown);
