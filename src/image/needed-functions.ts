import { functionOrder } from "./function-order.ts";

interface Part {
  /** Of a function or constant. Undefined for what always runs. */
  readonly name: string | undefined;
  readonly text: string;
}

/**
 * The runtime without the functions and constants that neither the body nor anything that is left names, because the
 * size of the script is limited. A function counts as used wherever its name is a word, so nothing that is called
 * is lost. What is no function comes first. The functions follow in the order in which the script is smallest.
 *
 * @param runtime bash in which each function begins at the start of a line and ends with a line that begins with `}`
 *   at its start, or is one line.
 */
export function neededFunctions(runtime: string, body: string): string {
  const parts = partsOf(runtime);
  const used = new Set<Part>();
  const queue = [body, ...parts.filter(({ name }) => name === undefined).map(({ text }) => text)];
  for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
    const words = new Set(text.match(/\w+/g));
    for (const part of parts) {
      if (part.name === undefined || used.has(part) || !words.has(part.name)) continue;
      used.add(part);
      queue.push(part.text);
    }
  }
  const left = parts.filter((part) => part.name === undefined || used.has(part));
  const functions = left
    .filter(isFunction)
    .toSorted((one, other) => placeOf(one.name) - placeOf(other.name));
  const others = left.filter((part) => !isFunction(part) && part.text !== "");
  return [others.map(({ text }) => text).join("\n"), ...functions.map(({ text }) => text)].join(
    "\n\n",
  );
}

function isFunction({ text }: Part): boolean {
  return /^\w+\(\) [{]/.test(text);
}

function placeOf(name: string | undefined): number {
  const place = functionOrder.indexOf(name ?? "");
  return place === -1 ? functionOrder.length : place;
}

function partsOf(runtime: string): readonly Part[] {
  const parts: Part[] = [];
  const lines = runtime.split("\n");
  while (lines.length > 0) {
    const [first = ""] = lines;
    const [, name = /^readonly (\w+)=(?:'[^']*'|\(.*\)|\S+)$/.exec(first)?.[1]] =
      /^([a-z_]\w*)\(\) [{]/.exec(first) ?? [];
    const isLong = first.endsWith("() {");
    const length = isLong ? lines.findIndex((line) => /^\}/.test(line)) + 1 : 1;
    parts.push({ name, text: lines.splice(0, Math.max(length, 1)).join("\n") });
  }
  return parts;
}
