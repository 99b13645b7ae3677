/* The sections of a lesson's text, cut as the server cuts them (courseware/translation.py): at headings of the second level outside of fences. */

/* Return the offsets at which sections begin; what stands before the first heading is one if there is anything. */
export function starts(text) {
  const found = [];
  let [at, fenced] = [0, false];
  for (const line of text.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    if (line.startsWith("## ") && !fenced) found.push(at);
    at += line.length + 1;
  }
  return found.length && !text.slice(0, found[0]).trim() ? found : [0, ...found];
}

/* Return the number of the section in which an offset lies. */
export function sectionAt(text, offset) {
  return Math.max(starts(text).findLastIndex((start) => start <= offset), 0);
}

/* Return the text with a block at the end of a section, or of the last one if there are not so many. */
export function withBlock(text, number, block) {
  const next = starts(text)[number + 1] ?? text.length;
  const [before, after] = [text.slice(0, next).trimEnd(), text.slice(next).trimStart()];
  return `${before}${before ? "\n\n" : ""}${block}\n${after ? `\n${after}` : ""}`;
}
