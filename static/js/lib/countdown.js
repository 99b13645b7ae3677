/* What a countdown shows and says. Pure functions, tested with node. */

export const MARKS_S = [300, 60, 20];
const SAID_FOR_S = 10;

/* The mark of which to speak now, or undefined. A mark that the time began at or below was never passed; a sentence that is no longer true goes again. */
export function markAt(left, begun) {
  return MARKS_S.find((mark) => mark < begun && left <= mark && left > mark - SAID_FOR_S);
}

export function timeText(left) {
  return `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}
