import type { Machine } from "./machine.ts";

const folder = "/etc/systemd/system/application.service.d/";

/** The values of a setting in the drop-ins of the application's service, in the order in which systemd reads them. */
export function settingsOf({ disk }: Machine, name: string): readonly string[] {
  const files = Object.keys(disk.files).filter((path) => path.startsWith(folder));
  return files.toSorted().flatMap((path) =>
    (disk.files[path]?.text ?? "")
      .split("\n")
      .filter((line) => line.startsWith(`${name}=`))
      .map((line) => line.slice(name.length + 1)),
  );
}

/** The environment that drop-ins give the application. Later ones count. */
export function environmentOf(machine: Machine): ReadonlyMap<string, string> {
  const assignments = settingsOf(machine, "Environment").flatMap(wordsOf);
  return new Map(
    assignments.map((word) => {
      const at = word.indexOf("=");
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** The folders that drop-ins let the application write. */
export function writablePaths(machine: Machine): readonly string[] {
  return settingsOf(machine, "ReadWritePaths").flatMap(wordsOf);
}

/** What systemd takes for white space. Unicode's other kinds are letters to it. */
const whitespace = " \t\r";

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", s: " " };

/** The words of a line, as systemd.syntax(7) describes quoting and escape sequences; `%%` is a percent sign. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === "\\") {
      at += 1;
      const escaped = line[at] ?? "";
      word = `${word ?? ""}${escapes[escaped] ?? escaped}`;
    } else if (quote === "" && /["']/.test(character)) {
      quote = character;
      word ??= "";
    } else if (character === quote) {
      quote = "";
    } else if (quote === "" && whitespace.includes(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ""}${character}`;
  }
  if (word !== undefined) words.push(word);
  return words.map((each) => each.replaceAll("%%", "%"));
}
