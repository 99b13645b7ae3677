/* Says what became of something that was pressed when the answer of the server is not what the page waits for, or does not come at all. Goes when the next answer comes.
   Its words are here and not in the page: a page seldom needs them, and each would carry them before its first paint. */

const SHORT = 300;
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
    this.replaceChildren(this.text, close);
    this.controller = new AbortController();
    const { signal } = this.controller;
    document.addEventListener("htmx:after:request", (event) => this.answered(event.detail.ctx), { signal });
    document.addEventListener("htmx:error", (event) => this.missed(event.detail), { signal });
    close.addEventListener("click", () => this.say(""), { signal });
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  /* An answer that its element takes in itself (hx-status) says in the page what is wrong. */
  answered({ response, sourceElement, text }) {
    const { status } = response;
    if (status < 400) this.say("");
    else if (!sourceElement.closest(`[hx-status\\:${status}]`)) this.say(this.reason(response, text) || this.words[status === 429 ? "many" : status >= 500 ? "failed" : "gone"]);
  }

  /* A refusal is one sentence of the server; pages of errors are not read out. */
  reason({ headers }, text) {
    return headers.get("Content-Type")?.startsWith("text/plain") && text.length < SHORT ? text : "";
  }

  missed({ ctx }) {
    if (ctx?.request && !ctx.response) this.say(this.words.away);
  }

  say(text) {
    if (this.text.textContent !== text) this.text.textContent = text;
    this.dataset.shown = text ? "1" : "0";
  }
}

customElements.define("lk-trouble", Trouble);
document.body.append(document.createElement("lk-trouble"));
