/* The keys of a line editor, as bash has them. Pure, tested with node. */

const WORD = /(?:\s*\S+)\s*$/;

/* Return the line, its cursor and what was cut after a key, or null for a key that is none of them. */
export function edited(key, { text, at, cut = "" }) {
  switch (key) {
    case "a": return { text, at: 0, cut };
    case "e": return { text, at: text.length, cut };
    case "u": return { text: text.slice(at), at: 0, cut: text.slice(0, at) || cut };
    case "k": return { text: text.slice(0, at), at, cut: text.slice(at) || cut };
    case "w": {
      const gone = (WORD.exec(text.slice(0, at)) ?? [""])[0].replace(/^\s+(?=\S)/, "");
      return { text: text.slice(0, at - gone.length) + text.slice(at), at: at - gone.length, cut: gone || cut };
    }
    case "y": return { text: text.slice(0, at) + cut + text.slice(at), at: at + cut.length, cut };
    default: return null;
  }
}
