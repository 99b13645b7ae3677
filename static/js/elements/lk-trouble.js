/* Says what became of something that was pressed when the answer of the server is not what the page waits for, or does not come at all. Goes when it is well again.
   Its words are here and not in the page: a page seldom needs them, and each would carry them before its first paint. */

const SHORT = 300;
const AGAIN_MS = 5000;
const WORDS = {
  en: {
    away: "The site cannot be reached just now. What you wrote is still here; try again in a moment.",
    many: "That was too often within a short time. Wait a moment, then try again.",
    failed: "The site made a mistake, and nothing was changed. Try again.",
    gone: "This is no longer possible here. Load the page anew to see how things stand.",
    close: "Close",
  },
  ko: {
    away: "지금은 사이트에 연결할 수 없다. 쓴 것은 그대로 있으니 잠시 뒤에 다시 해 보자.",
    many: "짧은 시간에 너무 자주 요청했다. 잠시 기다렸다가 다시 해 보자.",
    failed: "사이트에서 오류가 났고, 아무것도 바뀌지 않았다. 다시 해 보자.",
    gone: "여기서는 더 이상 할 수 없다. 페이지를 새로 고쳐 지금 상태를 확인하자.",
    close: "닫기",
  },
};

class Trouble extends HTMLElement {
  connectedCallback() {
    this.words = WORDS[document.documentElement.lang] ?? WORDS.en;
    this.text = Object.assign(document.createElement("p"), { role: "alert" });
    const close = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet button--small", textContent: this.words.close });
    this.className = "trouble";
    this.hidden = true; // its styles may come later than it does
    this.replaceChildren(this.text, close);
    this.controller = new AbortController();
    const { signal } = this.controller;
    document.addEventListener("htmx:after:request", (event) => this.answered(event.detail.ctx), { signal });
    document.addEventListener("htmx:error", (event) => this.missed(event.detail), { signal });
    document.addEventListener("lk:unsent", () => this.say(this.words.away), { signal });
    navigator.serviceWorker?.addEventListener("message", ({ data }) => { if (data === "unsent") document.dispatchEvent(new CustomEvent("lk:unsent")); }, { signal });
    close.addEventListener("click", () => this.close(), { signal });
    this.failed = new Set();
    window.addEventListener("online", () => this.again(), { signal });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.controller.abort();
  }

  /* An answer that its element takes in itself (hx-status) says in the page what is wrong. */
  answered({ response, sourceElement, sourceEvent, text }) {
    const { status } = response;
    if (status >= 500) this.later(sourceElement);
    if (status < 400) this.well(Boolean(sourceEvent?.isTrusted));
    else if (!sourceElement.closest(`[hx-status\\:${status}]`)) this.say(this.reason(response, text) || this.words[status === 429 ? "many" : status >= 500 ? "failed" : "gone"]);
  }

  /* A refusal is one sentence of the server; pages of errors are not read out. */
  reason({ headers }, text) {
    return headers.get("Content-Type")?.startsWith("text/plain") && text.length < SHORT ? text : "";
  }

  missed({ ctx }) {
    if (!ctx?.request || ctx.response) return;
    this.later(ctx.sourceElement);
    this.say(this.words.away);
  }

  /* What a page asks for itself, and what it saves, is asked again until it is answered: its element has `again` among its triggers. */
  later(element) {
    if (!element.getAttribute("hx-trigger")?.includes("again")) return;
    this.failed.add(element);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.again(), AGAIN_MS);
  }

  again() {
    const failed = [...this.failed];
    this.failed.clear();
    for (const element of failed) if (element.isConnected) element.dispatchEvent(new CustomEvent("again"));
  }

  /* What the page asks for itself shows that the site is there again; a refusal stays until something else was pressed. */
  well(isPressed) {
    if (!isPressed && this.text.textContent !== this.words.away) return;
    this.closed = "";
    this.say("");
  }

  /* What was read and closed is not said again while it goes on. */
  close() {
    this.closed = this.text.textContent;
    this.show(false);
  }

  say(text) {
    if (text && text === this.closed) return;
    if (this.text.textContent !== text) this.text.textContent = text;
    this.show(Boolean(text));
  }

  show(isShown) {
    this.hidden = !isShown;
    this.dataset.shown = isShown ? "1" : "0";
  }
}

customElements.define("lk-trouble", Trouble);
