/* The picture: opens the inspector in place, closes it at Escape, and lets a pod that is new, changed or gone be seen for a moment. */

const MARK_MS = 900;
const LEAVE_MS = 350;
const MOVE_MS = 400;
const MOVING_MAX = 150;
const ASKED = ["inspect", "tab", "path", "event"];

class Picture extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    document.addEventListener("click", (event) => this.inspect(event), { signal: this.controller.signal });
    document.addEventListener("keydown", (event) => this.escape(event), { signal: this.controller.signal });
    document.addEventListener("htmx:after:request", (event) => this.answered(event.detail), { signal: this.controller.signal });
    this.words = this.seen();
    this.stood = this.where();
    this.remember();
    this.watcher = new MutationObserver(() => this.changed());
    this.watcher.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-health"], characterData: true });
  }

  disconnectedCallback() {
    this.controller.abort();
    this.watcher.disconnect();
  }

  /* In a drawing the name (id) is of the link around a part: htmx can move only what itself has the name, not what holds it (it would make HTML of a link in SVG). */
  seen() {
    return new Map([...this.querySelectorAll(".pod[id], .machine[id], a[id] > .host__part, .host__part[id]")].map((item) => [item.id || item.parentElement.id, item.dataset.health]));
  }

  changed() {
    const now = this.seen();
    for (const id of this.words.keys()) if (!now.has(id)) this.leave(id);
    this.remember();
    for (const [id, health] of now) {
      if (this.words.get(id) === health) continue;
      const named = document.getElementById(id);
      const item = named.querySelector(":scope > .host__part") ?? named;
      item.classList.add(this.words.has(id) ? "is-changed" : "is-new");
      setTimeout(() => item.classList.remove("is-changed", "is-new"), MARK_MS);
    }
    this.words = now;
    this.travelled();
  }

  /* A pod that stood elsewhere before (outside of the nodes, until the scheduler chose one) is seen going to its place. */
  travelled() {
    const before = this.stood;
    this.stood = this.where();
    if (!before || matchMedia("(prefers-reduced-motion: reduce)").matches || this.stood.size > MOVING_MAX) return;
    for (const [id, now] of this.stood) {
      const was = before.get(id);
      if (!was || was.room === now.room) continue;
      document.getElementById(id).animate([{ translate: `${was.x - now.x}px ${was.y - now.y}px`, zIndex: 1 }, { translate: "0 0" }], { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }

  where() {
    const home = this.getBoundingClientRect();
    return new Map([...this.querySelectorAll(".pod[id]")].map((pod) => {
      const box = pod.getBoundingClientRect();
      return [pod.id, { x: box.left - home.left, y: box.top - home.top, room: pod.closest(".machine")?.id ?? "" }];
    }));
  }

  /* Where each pod stood, so that one that has gone can be drawn leaving. */
  remember() {
    const home = this.getBoundingClientRect();
    this.places = new Map([...this.querySelectorAll(".pod[id]")].map((pod) => {
      const box = pod.getBoundingClientRect();
      return [pod.id, { x: box.left - home.left, y: box.top - home.top, pod: pod.cloneNode(true) }];
    }));
  }

  leave(id) {
    const was = this.places?.get(id);
    const layer = this.parentElement?.querySelector(".leaving");
    if (!was || !layer || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    was.pod.removeAttribute("id");
    layer.append(was.pod);
    const at = `translate(${was.x}px, ${was.y}px)`;
    was.pod.animate([{ transform: at, opacity: 1 }, { transform: `${at} translateY(0.75rem) scale(0.9)`, opacity: 0 }], { duration: LEAVE_MS, fill: "both", easing: "ease-in" }).finished.then(() => was.pod.remove(), () => was.pod.remove());
  }

  inspect(event) {
    const link = event.target.closest("[data-inspect]");
    const looker = document.getElementById("looker");
    if (!link || !looker?.elements.inspect || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    for (const name of ["tab", "path", "event"]) if (looker.elements[name]) looker.elements[name].value = link.dataset[name] ?? "";
    looker.elements.inspect.value = link.dataset.inspect;
    looker.elements.fresh.value = "1";
    this.tell("lk:asked", link);
    this.open(link.dataset.inspect);
    if (link.dataset.inspect && !link.dataset.tab) this.from = link.dataset.inspect;
    if (!link.dataset.inspect || (event.detail === 0 && (!link.dataset.tab || link.closest(".inspector__body")))) this.follow(link.dataset.inspect, link.dataset.tab);
    looker.dispatchEvent(new CustomEvent("look", { bubbles: true }));
  }

  /* What was asked for is asked with every look until it is answered: on a slow line looks overtake and replace each other. */
  answered({ ctx }) {
    const looker = document.getElementById("looker");
    const asked = ctx.request.body;
    if (!looker?.elements.fresh || !asked?.get?.("fresh") || !ASKED.every((name) => asked.get(name) === looker.elements[name].value)) return;
    looker.elements.fresh.value = "";
    this.tell("lk:answered");
  }

  /* While an answer for the inspector is awaited, the page says so (lk-waiting). */
  tell(event, button = null) {
    document.dispatchEvent(new CustomEvent(event, { detail: { what: "inspector", button } }));
  }

  escape(event) {
    if (event.key === "Escape" && event.target.closest?.("#inspector, lk-picture")) document.querySelector('#inspector [data-inspect=""]')?.click();
  }

  /* Whoever pressed a key is taken to what has opened, and at the end back to where they were: the inspector stands far from the picture. */
  follow(ref, tab) {
    document.getElementById("inspector").addEventListener("htmx:after:settle", () => {
      const opened = (tab && document.getElementById("inspector-why")) || document.getElementById("inspector-heading");
      (ref ? opened : this.link(this.from) ?? document.getElementById("picture-heading"))?.focus();
    }, { once: true, signal: this.controller.signal });
  }

  link(ref) {
    return ref && document.querySelector(`[data-inspect="${CSS.escape(ref)}"]`);
  }

  /* The inspector opens below the picture, the address says what it shows, and the chosen thing is marked. Over the foot of a phone's window it must not hide that thing. */
  open(ref) {
    const inspector = document.getElementById("inspector");
    if (inspector) inspector.dataset.open = ref ? "1" : "0";
    for (const link of this.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    const chosen = ref && this.querySelector(`[data-inspect="${CSS.escape(ref)}"]`);
    if (!chosen) return;
    chosen.setAttribute("aria-current", "true");
    if (getComputedStyle(inspector).position === "fixed") chosen.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("lk-picture", Picture);
