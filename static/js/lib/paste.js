/* Parts what was pasted into commands: a line each, but here-documents, loops and lines that go on stay together. Pure, tested with node. */

const OPENING = /(?:^|[;&|({]\s*|\b(?:do|then|else)\s+)(?:if|for|while|until|case)\b/g;
const CLOSING = /(?:^|[;&|]\s*|\s)(?:fi|done|esac)\b/g;

function quotes(text) {
  let open = "";
  for (let place = 0; place < text.length; place += 1) {
    const letter = text[place];
    if (letter === "\\" && open !== "'") place += 1;
    else if (open) open = letter === open ? "" : open;
    else if (letter === "'" || letter === '"') open = letter;
  }
  return open;
}

export function isOpen(text) {
  const lines = text.split("\n");
  for (let number = 0; number < lines.length; number += 1) {
    for (const mark of lines[number].matchAll(/<<-?\s*(['"]?)(\w+)\1/g)) {
      const end = lines.findIndex((line, place) => place > number && line.trim() === mark[2]);
      if (end < 0) return true;
      number = end;
    }
  }
  const plain = text.replace(/<<-?\s*(['"]?)(\w+)\1[^\n]*\n[\s\S]*?\n\s*\2(?=\n|$)/g, "");
  if (plain.endsWith("\\") || quotes(plain) || /(?:\||&&|\|\|)\s*$/.test(plain)) return true;
  const bare = plain.replace(/'[^']*'|"(?:\\.|[^"\\])*"|#[^\n]*/g, "").replace(/\n/g, " ; ");
  const braces = (bare.match(/(?:\)|\s)\s*\{(?=\s|$)/g) ?? []).length - (bare.match(/(?:^|[;\s])\}/g) ?? []).length;
  return (bare.match(OPENING) ?? []).length > (bare.match(CLOSING) ?? []).length || braces > 0;
}

/* Return the commands, each with what stands after it: a command that reads what is typed takes all of that. What is not whole is the rest. */
export function commands(text) {
  const found = [];
  let current = "";
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  for (const [place, line] of lines.entries()) {
    current = current ? `${current}\n${line}` : line.replace(/^\$ /, "");
    if (!current.trim()) current = "";
    else if (!isOpen(current)) {
      if (!current.trim().startsWith("#")) found.push({ line: current, after: lines.slice(place + 1).join("\n") });
      current = "";
    }
  }
  return { whole: found, rest: current };
}
