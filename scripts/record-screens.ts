import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildProgram, exampleDirectory } from "../test/terminal/program.ts";
import { Terminal } from "../test/terminal/terminal.ts";
import { pictureOf, wordsOf } from "./terminal-picture.ts";

/**
 * Records screenshots of a real run in the embedded AWS for the README. Before the run, a rule is
 * changed by hand and a newer base image is published. The screenshots show the plan, the apply in
 * progress and the end.
 *
 * `--check` writes nothing, and fails when the text of a screenshot in the repository differs from
 * what the program shows.
 */

const folder = join(import.meta.dirname, "../docs/screens");
const COLUMNS = 100;
const ROWS = 36;
/** The preparation is not recorded, so it runs at a high speed. */
const UNSEEN_SPEED = "600";

interface Picture {
  readonly name: string;
  readonly svg: string;
}

const pictures = await record();
if (process.argv.includes("--check")) await check(pictures);
else await save(pictures);

async function record(): Promise<readonly Picture[]> {
  const program = buildProgram();
  const directory = exampleDirectory();
  const run = (env: Readonly<Record<string, string>>, ...argv: readonly string[]) =>
    execFileSync(process.execPath, [program.path, ...argv], {
      cwd: directory.path,
      env: { PATH: process.env["PATH"], HOME: directory.path, ...env },
      encoding: "utf8",
    });
  try {
    run({ RECONCILE_SANDBOX_SPEED: UNSEEN_SPEED }, "apply", "--sandbox", "--yes");
    addRuleByHand((input) => run({}, "sandbox", "call", "ec2", ...input));
    run({}, "sandbox", "publish-image", "amazon-linux-2023");
    return await recordApply(program.path, directory.path);
  } finally {
    directory.remove();
    program.remove();
  }
}

function addRuleByHand(call: (input: readonly string[]) => string): void {
  const found: { SecurityGroups: { GroupId: string; GroupName: string }[] } = JSON.parse(
    call(["DescribeSecurityGroups", "{}"]),
  );
  const group = found.SecurityGroups.find(({ GroupName }) => GroupName.startsWith("afterpay-web"));
  const rule = {
    GroupId: group?.GroupId,
    IpPermissions: [
      { IpProtocol: "tcp", FromPort: 8080, ToPort: 8080, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
    ],
  };
  call(["AuthorizeSecurityGroupIngress", JSON.stringify(rule)]);
}

async function recordApply(path: string, cwd: string): Promise<readonly Picture[]> {
  const terminal = new Terminal([process.execPath, path, "apply", "--sandbox"], {
    cwd,
    columns: COLUMNS,
    rows: ROWS,
  });
  const picture = async (name: string, title: string, first: RegExp): Promise<Picture> => {
    const lines = await terminal.lines();
    const from = lines.findIndex((line) => first.test(line));
    return { name, svg: pictureOf(await terminal.emulator(), from, lines.length, title) };
  };
  try {
    await terminal.shows(/Do you want to continue\?/);
    const plan = await picture(
      "plan",
      "A plan, and the confirmation before it is applied",
      /^Stack /,
    );
    terminal.type("y\r");
    await terminal.shows(/^ +building: update_packages/m);
    const apply = await picture("apply", "The same plan during the apply", /^✓ /);
    const code = await terminal.exited;
    if (code !== 0) throw new Error(`the apply exited with code ${code}`);
    return [plan, apply, await picture("done", "The end of the apply", /^✓ /)];
  } finally {
    terminal.close();
  }
}

async function save(recorded: readonly Picture[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, svg } of recorded) await writeFile(join(folder, `${name}.svg`), svg);
}

async function check(recorded: readonly Picture[]): Promise<void> {
  for (const { name, svg } of recorded) {
    const kept = await readFile(join(folder, `${name}.svg`), "utf8").catch(() => "");
    const [was, is] = [essence(kept), essence(svg)];
    if (was === is) continue;
    process.stderr.write(
      `docs/screens/${name}.svg is out of date. Run node scripts/record-screens.ts to record it again.\nThe picture shows\n${was}\nThe program shows\n${is}\n`,
    );
    process.exitCode = 1;
  }
}

/**
 * The part of a picture that must be equal in two recordings. Numbers and ids depend on clocks, and
 * the order of parallel steps is random.
 */
function essence(svg: string): string {
  return wordsOf(svg)
    .map((line) =>
      line
        .replace(/\b\d+ (h|min|s)( \d+ (min|s))?\b|a few seconds/g, "<time>")
        .replace(/[\u2800-\u28ff]/gu, "⠋")
        .replace(/[━─]+( [━─]+)*/g, "<bar>")
        .replace(/\b[0-9a-f]{8,}\b/g, "<id>")
        .replace(/\d+/g, "<number>"),
    )
    .toSorted()
    .join("\n");
}
