/* What a program does to the screen beside printing (learnk8s/simulation/kernel/shell/screen.py). Pure, tested with node. */

const CLEARED = "\f";
const REDRAWN = "\v";

/* Return a block of the screen after more was printed into it: its text, what of it stays when it is drawn anew, and whether the screen was cleared before it. */
export function printed(block, more) {
  const cleared = more.lastIndexOf(CLEARED);
  let { text = "", fixed } = cleared < 0 ? block : {};
  const rest = more.slice(cleared + 1);
  const first = rest.indexOf(REDRAWN);
  if (first < 0) return { text: text + rest, fixed, cleared: cleared >= 0 };
  fixed ??= text + rest.slice(0, first);
  return { text: fixed + rest.slice(rest.lastIndexOf(REDRAWN) + 1), fixed, cleared: cleared >= 0 };
}
