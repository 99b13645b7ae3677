/* What a terminal shows: commands, and below each what it printed, also when others were typed ahead meanwhile. */

const BLOCKS_MAX = 200;

export class Screen {
  constructor(element, promptElement) {
    this.element = element;
    this.promptElement = promptElement;
    /* Below it stands what is printed next; without it, at the end. */
    this.place = null;
    this.toEnd();
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  /* A command of somebody who typed it; it is not read out, what it prints is. */
  command(text) {
    const block = this.block("terminal__command", text, "en");
    block.dataset.prompt = this.promptElement?.dataset.prompt ?? "$ ";
    block.setAttribute("aria-live", "off");
    this.element.append(block);
    return this.shown(block);
  }

  /* What the site says, in the language of the page. */
  note(className, text) {
    return this.below(this.block(className, text));
  }

  /* What a command printed. A form feed in it wipes the screen (watch); `before` is what it printed last. */
  print(text, className, before = null) {
    const feed = text.lastIndexOf("\f");
    if (feed >= 0 && before?.isConnected) this.forget(before);
    else if (text === "\f") this.clear();
    const rest = text.slice(feed + 1);
    return rest ? this.below(this.block(className, rest, "en")) : null;
  }

  block(className, text, language = "") {
    return Object.assign(document.createElement("pre"), { className, textContent: text, lang: language });
  }

  below(block) {
    if (this.place?.isConnected) this.place.after(block);
    else this.element.append(block);
    if (this.place) this.place = block;
    return this.shown(block);
  }

  shown(block) {
    while (this.element.childElementCount > BLOCKS_MAX) this.element.firstElementChild.remove();
    this.toEnd();
    return block;
  }

  forget(block) {
    if (this.place === block) this.place = block.previousElementSibling;
    block.remove();
  }

  /* What was typed ahead stays. */
  clear() {
    const last = this.place?.isConnected ? this.place : this.element.lastElementChild;
    while (last && this.element.firstElementChild !== last) this.element.firstElementChild.remove();
    last?.remove();
    this.place = null;
  }
}
