/* The lines from each Service to the pods behind it, and the requests that travel along them.
   Nodes stand where CSS puts them, so the lines are drawn from where the boxes really are, again after every change. */

import { bend, dealt } from "../lib/wires.js";

const NAME = "http://www.w3.org/2000/svg";
const TRAVEL_MS = 400;
const DOTS_MAX = 6;

class Wires extends HTMLElement {
  connectedCallback() {
    this.counts = new Map();
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this);
    this.changes = new MutationObserver(() => this.draw());
    this.changes.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-endpoints", "data-served", "data-failed"] });
    this.draw();
  }

  disconnectedCallback() {
    this.sizes.disconnect();
    this.changes.disconnect();
  }

  draw() {
    const canvas = this.querySelector(".wires");
    if (!canvas) return;
    this.changes.disconnect();
    const home = this.getBoundingClientRect();
    canvas.setAttribute("viewBox", `0 0 ${home.width} ${home.height}`);
    canvas.replaceChildren();
    for (const service of this.querySelectorAll(".service")) this.wire(service, canvas, home);
    this.changes.observe(this, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-endpoints", "data-served", "data-failed"] });
  }

  wire(service, canvas, home) {
    const from = service.getBoundingClientRect();
    const paths = [];
    for (const word of service.dataset.endpoints.split(" ").filter(Boolean)) {
      const pod = document.getElementById(word.replace("!", ""));
      if (!pod || !this.contains(pod)) continue;
      const to = pod.getBoundingClientRect();
      const wall = (pod.closest(".machine") ?? pod).getBoundingClientRect().top;
      const line = document.createElementNS(NAME, "path");
      line.setAttribute("d", bend(from.left - home.left + from.width / 2, from.bottom - home.top, to.left - home.left + to.width / 2, to.top - home.top, wall - home.top));
      line.setAttribute("class", word.endsWith("!") ? "wire wire--waiting" : "wire");
      canvas.append(line);
      if (!word.endsWith("!")) paths.push(line);
    }
    this.travel(service, paths, canvas);
  }

  travel(service, paths, canvas) {
    const before = this.counts.get(service.id);
    const now = { served: Number(service.dataset.served), failed: Number(service.dataset.failed) };
    this.counts.set(service.id, now);
    if (!before || this.still.matches || document.hidden) return;
    for (const dot of dealt(now.served - before.served, now.failed - before.failed, paths.length, DOTS_MAX)) {
      const path = paths[dot.path];
      if (!path) continue;
      const mark = document.createElementNS(NAME, "circle");
      mark.setAttribute("r", "4");
      mark.setAttribute("class", dot.failed ? "request request--failed" : "request");
      canvas.append(mark);
      this.move(mark, path, dot.order * 60);
    }
  }

  move(mark, path, delay) {
    const length = path.getTotalLength();
    const frames = Array.from({ length: 9 }, (_, step) => {
      const point = path.getPointAtLength((length * step) / 8);
      return { transform: `translate(${point.x}px, ${point.y}px)` };
    });
    mark.animate(frames, { duration: TRAVEL_MS, delay, fill: "both", easing: "ease-in-out" }).finished.then(() => mark.remove(), () => mark.remove());
  }
}

/* A Service that somebody opened stays open when a change is drawn. */
window.htmx?.registerExtension("lk-open", { htmx_before_morph_attr: (element, { attrName }) => attrName !== "open" || !element.matches(".service__more") });

customElements.define("lk-wires", Wires);
