/* What a terminal shows: lines as they were entered, below each what it printed, and at the end those that were typed ahead and wait for their turn (data-waiting). */

import { printed } from "./screen.js";

const BLOCKS_MAX = 200;
/* Nearer to its end than this the screen follows what is printed; whoever has scrolled back reads on in peace. */
const NEAR_PX = 30;
/* Flags and names of usual length, which no line ends within (typesetting.in_whole_words). */
const HYPHENED = /(?<!\S)((?=\S{1,30}(?!\S))\S*-\S*)/;

export class Screen {
  /* `open` is the block of the command that goes on. */
  constructor(element, prompt) {
    [this.element, this.prompt, this.open, this.isAtEnd] = [element, prompt, null, true];
    this.follow();
  }

  watch(signal) {
    this.element.addEventListener("scroll", () => this.scrolled(), { signal, passive: true });
    const sizes = new ResizeObserver(() => this.follow()); // an editor or the inspector has opened below it
    sizes.observe(this.element);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /* What went on when the page was opened goes on in the block that the server drew. */
  goOn() {
    const last = this.element.lastElementChild;
    if (!last?.matches(".terminal__output:not(.terminal__output--failed, .terminal__pressed)")) return;
    this.open = last;
    if (last.dataset.fixed) last.fixed = last.textContent.slice(0, Number(last.dataset.fixed));
  }

  /* What is printed next begins a block of its own. */
  close() {
    this.open = null;
  }

  /* A button of the page said what it did. What a command goes on printing comes below. */
  pushed(text) {
    const note = this.print("terminal__output terminal__pressed", text);
    if (this.open?.fixed === undefined) this.close();
    else this.element.insertBefore(note, this.open); // what is drawn anew again and again stays one
  }

  /* What the command before had still to say when a line was entered. */
  late(text) {
    const entered = [...this.element.querySelectorAll(".terminal__command:not([data-waiting])")].at(-1);
    const block = this.open?.isConnected ? this.open : this.block("terminal__output");
    if (block !== this.open) this.element.insertBefore(block, entered ?? null);
    this.draw(block, text);
  }

  /* Print into the block of the command that goes on, or into a new one. */
  put(text, className) {
    this.following(() => {
      const wasOpen = this.open?.isConnected;
      const block = wasOpen ? this.open : this.block(className);
      const isCleared = this.draw(block, text);
      if (isCleared || block !== this.open) this.add(block);
      if (wasOpen && (isCleared || block.fixed !== undefined)) block.setAttribute("aria-live", "off"); // what is drawn anew and anew is read once: a screen reader would never finish
      this.open = block;
      if (!block.textContent && !block.fixed) block.remove();
    });
  }

  /* Draw more into a block; say whether the screen was cleared for it. */
  draw(block, more) {
    const now = printed({ text: block.textContent, fixed: block.fixed }, more);
    if (now.cleared) this.clear();
    block.fixed = now.fixed;
    if (now.text.startsWith(block.textContent) && block.lastChild) block.append(now.text.slice(block.textContent.length));
    else block.textContent = now.text;
    return now.cleared;
  }

  /* A line as it was entered, behind its prompt, perhaps before its turn; whoever typed it knows it, what it prints is read out. */
  command(text, isAhead = false) {
    const block = this.entered(this.block("terminal__command"));
    block.append(...text.split(HYPHENED).map((word, place) => (place % 2 ? Object.assign(document.createElement("span"), { className: "nowrap", textContent: word }) : word)));
    block.setAttribute("aria-live", "off");
    if (isAhead) block.setAttribute("data-waiting", "");
    else this.close();
    this.isAtEnd = true;
    this.following(() => (isAhead ? this.element.append(block) : this.add(block)));
    return block;
  }

  /* Below what was printed last, above what was typed ahead. */
  add(block) {
    this.element.insertBefore(block, this.element.querySelector(".terminal__command[data-waiting]"));
  }

  /* What was typed ahead stays. */
  clear() {
    this.element.replaceChildren(...this.element.querySelectorAll(".terminal__command[data-waiting]"));
  }

  /* A line whose turn has come: its prompt is the one of now. */
  entered(block) {
    block.dataset.prompt = this.prompt?.dataset.prompt ?? "$ ";
    return block;
  }

  /* What the page says of a line that is on its way, in its own language. */
  below(line, className, text) {
    const block = this.block(className, text, "");
    this.following(() => (line ? line.after(block) : this.add(block)));
    return block;
  }

  print(className, text, language = "en") {
    const block = this.block(className, text, language);
    this.following(() => this.add(block));
    return block;
  }

  block(className, text = "", language = "en") {
    return Object.assign(document.createElement("pre"), { className, textContent: text, lang: language });
  }

  /* Change the screen, and stay at its end if it was there. */
  following(change) {
    change();
    while (this.element.childElementCount > BLOCKS_MAX) this.element.firstElementChild.remove();
    this.follow();
  }

  /* Only going back leaves the end: a screen that becomes lower has not been scrolled. */
  scrolled() {
    const top = this.element.scrollTop;
    if (this.element.scrollHeight - top - this.element.clientHeight < NEAR_PX) this.isAtEnd = true;
    else if (top < this.top) this.isAtEnd = false;
    this.top = top;
  }

  follow() {
    if (this.isAtEnd) this.element.scrollTop = this.element.scrollHeight;
  }
}
