/* The history of a terminal: up and down through what was typed, the unfinished line kept at the end. Pure, tested with node. */

export class History {
  constructor(lines = []) {
    this.lines = lines;
    this.place = lines.length;
    this.draft = "";
  }

  add(line) {
    if (line.trim() && line !== this.lines.at(-1)) this.lines.push(line);
    this.place = this.lines.length;
    this.draft = "";
  }

  older(current) {
    if (this.place === this.lines.length) this.draft = current;
    if (this.place > 0) this.place -= 1;
    return this.lines[this.place] ?? current;
  }

  found(part, before = this.lines.length) {
    for (let place = Math.min(before, this.lines.length) - 1; place >= 0; place -= 1) {
      if (this.lines[place].includes(part)) return place;
    }
    return -1;
  }

  newer() {
    if (this.place < this.lines.length) this.place += 1;
    return this.place === this.lines.length ? this.draft : this.lines[this.place];
  }
}

/* Return a line up to the cursor with its last word completed, and what else it could be. `after` is what stands behind the cursor. */
export function completed(line, words, after = "") {
  const start = line.search(/\S*$/);
  const last = line.slice(start);
  if (words.length === 1) return { line: line.slice(0, start) + words[0] + (words[0].endsWith("=") || words[0].endsWith("/") || after.startsWith(" ") ? "" : " "), list: [] };
  let common = words[0] ?? last;
  for (const word of words) while (!word.startsWith(common)) common = common.slice(0, -1);
  return { line: line.slice(0, start) + (common.length > last.length ? common : last), list: words };
}

/* Return a line up to the cursor whose last word, begun or not, has become the word that was tapped. */
export function tapped(line, word) {
  return completed(line, [word]).line;
}

/* Return the words for which there is room, the likely ones first: those that stand on the screen, then the short ones. Of all that a line could begin with only the former are worth a place. */
export function likely(words, screen, begun = true, most = 24) {
  const shown = new Set(screen.split(/[\s"'=,]+/));
  const rank = (word) => (shown.has(word) ? 0 : 1000) + word.length;
  return words.filter((word) => begun || shown.has(word)).toSorted((a, b) => rank(a) - rank(b)).slice(0, most);
}
