/* Says what became of something that was pressed when the answer of the server is not what the page waits for, or does not come at all. Goes when the next answer comes. */

const SHORT = 300;

class Trouble extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    const { signal } = this.controller;
    document.addEventListener("htmx:after:request", (event) => this.answered(event.detail.ctx), { signal });
    document.addEventListener("htmx:error", (event) => this.missed(event.detail), { signal });
    this.querySelector("button").addEventListener("click", () => this.say(""), { signal });
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  /* An answer that its element takes in itself (hx-status) says in the page what is wrong. */
  answered({ response, sourceElement, text }) {
    const { status } = response;
    if (status < 400) this.say("");
    else if (!sourceElement.closest(`[hx-status\\:${status}]`)) this.say(this.reason(response, text) || this.dataset[status === 429 ? "many" : status >= 500 ? "failed" : "gone"]);
  }

  /* A refusal is one sentence of the server; pages of errors are not read out. */
  reason({ headers }, text) {
    return headers.get("Content-Type")?.startsWith("text/plain") && text.length < SHORT ? text : "";
  }

  missed({ ctx }) {
    if (ctx?.request && !ctx.response) this.say(this.dataset.away);
  }

  say(text) {
    const place = this.querySelector("[data-role=said]");
    if (place.textContent !== text) place.textContent = text;
    this.dataset.shown = text ? "1" : "0";
  }
}

customElements.define("lk-trouble", Trouble);
