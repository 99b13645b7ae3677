/* Pure: how a line bends, and which requests are drawn when many happened. */

/** Return the path of a line from a Service to the wall of a node, at wallY, and straight down to a pod in it, as SVG writes it. */
export function bend(fromX, fromY, toX, toY, wallY = toY) {
  const half = Math.max((wallY - fromY) / 2, 8);
  const round = (value) => Math.round(value * 10) / 10;
  return `M ${round(fromX)} ${round(fromY)} C ${round(fromX)} ${round(fromY + half)} ${round(toX)} ${round(wallY - half)} ${round(toX)} ${round(wallY)}${wallY < toY ? ` V ${round(toY)}` : ""}`;
}

/** Return at most `most` dots for so many requests, dealt over the paths in turn; failed ones are always among them. */
export function dealt(served, failed, paths, most) {
  if (paths < 1) return [];
  const bad = Math.min(Math.max(failed, 0), Math.ceil(most / 2));
  const good = Math.min(Math.max(served, 0), most - bad);
  return Array.from({ length: good + bad }, (_, order) => ({ order, path: order % paths, failed: order >= good }));
}
