import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { functionOrder } from "../src/image/function-order.ts";
import { families } from "../src/image/recipe.ts";
import { renderBuildScript } from "../src/image/script.ts";
import { fullRecipe } from "../test/image/recipes.ts";

/**
 * Searches the order of the build script's functions in which the scripts are smallest, and writes it to
 * src/image/function-order.ts. One function after the other moves, and stays where the sum of the sizes shrinks.
 *
 * usage: node scripts/order-functions.ts [MOVES]
 */
const moves = Number(process.argv[2] ?? 10_000);

// The whole tier on the family whose script is smallest, and every family without an application.
const recipes = [
  fullRecipe,
  ...families.map((family) => ({ ...fullRecipe, family, application: undefined })),
];
const scripts = recipes.map((recipe) => partsOf(renderBuildScript(recipe).script));
const known = scripts.flatMap(({ functions }) => [...functions.keys()]);
let order = [...new Set([...functionOrder.filter((name) => known.includes(name)), ...known])];
let smallest = sizeOf(order);
process.stdout.write(`${smallest} bytes\n`);
// A generator of its own, so that the same scripts give the same order.
let state = 1;
for (let move = 0; move < moves; move += 1) {
  const next = [...order];
  const taken = next.splice(below(next.length), 1 + below(8));
  next.splice(below(next.length), 0, ...taken);
  const size = sizeOf(next);
  if (size > smallest) continue;
  smallest = size;
  order = next;
}
process.stdout.write(`${smallest} bytes\n`);
const file = new URL("../src/image/function-order.ts", import.meta.url).pathname;
const lines = order.join(" ").match(/.{1,110}(?= |$)/g) ?? [];
writeFileSync(
  file,
  `/**
 * The functions of the build's runtime in the order in which the packed scripts are smallest: gzip finds repetitions only
 * near by. Written by scripts/order-functions.ts. A function that is not here comes after these.
 */
export const functionOrder: readonly string[] = \`
${lines.map((line) => line.trim()).join("\n")}
\`
  .trim()
  .split(/\\s+/);
`,
);
execFileSync("npx", ["--no-install", "biome", "check", "--write", file], { stdio: "inherit" });

function below(limit: number): number {
  state = (state * 48_271) % 2_147_483_647;
  return state % limit;
}

function partsOf(script: string) {
  const functions = new Map<string, string>();
  const rest = script.replaceAll(
    /^([a-z_]\w*)\(\) \{(?:.*\}|\n[\s\S]*?\n\}.*)$\n*/gm,
    (text, name: string) => {
      functions.set(name, text.trim());
      return functions.size === 1 ? "\0" : "";
    },
  );
  const [before = "", after = ""] = rest.split("\0");
  return { before, functions, after };
}

function sizeOf(names: readonly string[]): number {
  return scripts
    .map(({ before, functions, after }) => {
      const texts = names.flatMap((name) => functions.get(name) ?? []);
      return gzipSync([before, texts.join("\n\n"), after].join("\n"), { level: 9, memLevel: 7 })
        .length;
    })
    .reduce((sum, length) => sum + length);
}
