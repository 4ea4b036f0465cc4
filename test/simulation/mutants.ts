import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fault planted in a copy of the product. */
interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Texts that stand in the file once, and what stands there instead. */
  readonly edits: readonly (readonly [string, string])[];
  /** Options of the simulation that catches it. */
  readonly hunt: string;
}

const seeds = "--seeds 1-400";

export const mutants: readonly Mutant[] = [
  {
    name: "no retry on not-found",
    file: "src/resources/shared/consistency.ts",
    edits: [[`while: ["not-found"],`, "while: () => false,"]],
    hunt: seeds,
  },
  {
    name: "a create that does not wait until it is visible",
    file: "src/resources/shared/consistency.ts",
    edits: [
      [
        "      const reason = missing(found);\n      return reason === undefined ? { done: found } : { pending: reason };",
        "      return { done: found };",
      ],
    ],
    hunt: seeds,
  },
  {
    name: "tags after the create instead of in it",
    file: "src/resources/key-pair/index.ts",
    edits: [
      [
        "      await context.clients.ec2.send(\n        new ImportKeyPairCommand({",
        "      const made = await context.clients.ec2.send(\n        new ImportKeyPairCommand({",
      ],
      [
        `          TagSpecifications: [tagSpecification("key-pair", context, target, fields.tags)],\n        }),\n      );`,
        `        }),\n      );\n      const tags = tagSpecification("key-pair", context, target, fields.tags).Tags ?? [];\n      await updateTags(context, [made.KeyPairId ?? ""], {}, Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])));`,
      ],
    ],
    hunt: "--exhaustive --journey create-tier --every-read 500",
  },
  {
    name: "a missing predecessor: deletes wait for nobody",
    file: "src/engine/deletes.ts",
    edits: [
      [
        "      if (other && !users.of(id).has(live.id)) {",
        "      if (other && objects.size === 0) {",
      ],
    ],
    hunt: seeds,
  },
  {
    name: "a missing predecessor: what was replaced goes before its users have moved",
    file: "src/engine/deletes.ts",
    edits: [
      [`    if (kind === "earlier")\n`, `    if (kind === "never")\n`],
      [`      if (kind !== "first") keys.push(...keysOf([address]));\n`, ""],
    ],
    hunt: seeds,
  },
  {
    name: "a token reused for every builder",
    file: "src/resources/image/builder.ts",
    edits: [[`[...parts, attempt].join("\\n")`, `[...parts].join("\\n")`]],
    hunt: "--exhaustive --journey failing-build --every-read 120",
  },
  {
    name: "a token made at random",
    file: "src/resources/image/builder.ts",
    edits: [[`[...parts, attempt].join("\\n")`, `[...parts, attempt, Math.random()].join("\\n")`]],
    hunt: seeds,
  },
  {
    name: "a type that is recorded as used only after its first object exists",
    file: "src/engine/apply.ts",
    edits: [
      [
        "await failureOf(() => extendRecords(this.#planning.live, this.#recording()))",
        "await failureOf(async () => void extendRecords([], this.#recording()))",
      ],
    ],
    hunt: "--exhaustive --journey drop-load-balancer --every-read 500",
  },
  {
    name: "a load balancer deleted while its connections are drained",
    file: "src/resources/auto-scaling-group/traffic-sources.ts",
    edits: [[`      return left.length === 0 ?`, `      return left.length < 9 ?`]],
    hunt: "--exhaustive --journey drop-load-balancer",
  },
  {
    name: "an unpaged sweep",
    file: "src/aws/paging.ts",
    edits: [[`for (const element of elements) found.push(element);`, `return [...elements];`]],
    hunt: seeds,
  },
  {
    name: "a sweep that takes other stacks for ours",
    file: "src/aws/tags.ts",
    edits: [[`if (owner !== stack || address`, `if (owner === undefined || address`]],
    hunt: seeds,
  },
  {
    name: "snapshots left behind",
    file: "src/resources/image/deletion.ts",
    edits: [
      [
        "  await deleteSnapshots(context, [...new Set([...snapshotsOf(image), ...idsOf(snapshots)])]);",
        "  void snapshots;",
      ],
    ],
    hunt: seeds,
  },
  {
    name: "a rollout that lets the old instances go first",
    file: "src/resources/auto-scaling-group/rollout.ts",
    edits: [
      ["MinHealthyPercentage: rollout.minHealthy,", "MinHealthyPercentage: 0,"],
      ["MaxHealthyPercentage: rollout.maxHealthy,", "MaxHealthyPercentage: 100,"],
    ],
    hunt: seeds,
  },
  {
    name: "a failed build left standing",
    file: "src/resources/image/build.ts",
    edits: [
      [
        "    await removeBuilders(context, { name, builders, groups });\n    return failure;",
        "    void name;\n    void builders;\n    void groups;\n    return failure;",
      ],
    ],
    hunt: "--exhaustive --journey failing-build --every-read 120",
  },
  {
    name: "an image of that name is an error, whoever made it",
    file: "src/resources/image/build.ts",
    edits: [
      [
        `    if (!isAwsError(error, "already-exists")) throw error;\n    const look = async () => (await lookAtParts(context, target)).image;`,
        `    if (context.stack !== "") throw error;\n    const look = async () => (await lookAtParts(context, target)).image;`,
      ],
    ],
    hunt: "--exhaustive --journey create-minimal --every-read 500",
  },
  {
    name: "a builder that the world can log in to",
    file: "src/resources/image/builder.ts",
    edits: [
      [
        "  return untilSeen(context, what, look);\n}\n\n/**\n * After this many",
        `  const id = await untilSeen(context, what, look);\n  const { AuthorizeSecurityGroupIngressCommand } = await import("@aws-sdk/client-ec2");\n  await context.clients.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIp: "0.0.0.0/0" }));\n  return id;\n}\n\n/**\n * After this many`,
      ],
    ],
    hunt: seeds,
  },
  {
    name: "a key pair whose name depends on whether its file was there",
    file: "src/resources/key-pair/index.ts",
    edits: [
      [
        "physicalName: nameFor(context, target, fields, publicKey)",
        "physicalName: target.physicalName",
      ],
    ],
    hunt: "--exhaustive --journey create-tier --every-read 500",
  },
  {
    name: "the failure of an earlier apply's build is this apply's",
    file: "src/resources/image/build.ts",
    edits: [
      [
        '    context.report.progress("the build that an earlier apply started failed; building again");',
        "      throw error;",
      ],
    ],
    hunt: "--exhaustive --journey failing-build --every-read 120",
  },
  {
    name: "a wait that looks a hundred times as often",
    file: "src/resources/auto-scaling-group/rollout.ts",
    edits: [
      [
        '    deadline: rolloutDeadline + bake * 1000,\n    pace: 10_000,\n    context,\n    remedy: "The rollout continues in AWS. Run the same command again to follow it.",',
        '    deadline: rolloutDeadline + bake * 1000,\n    pace: 100,\n    context,\n    remedy: "The rollout continues in AWS. Run the same command again to follow it.",',
      ],
    ],
    hunt: seeds,
  },
  {
    name: "each of two applies keeps the network that it made itself",
    file: "src/resources/shared/twins.ts",
    edits: [
      [
        "const staying = await untilSettled(context, what, async () => choose(await look()));",
        "const staying = made;",
      ],
    ],
    hunt: seeds,
  },
  {
    name: "what a request with a lost answer has made stays",
    file: "src/resources/shared/twins.ts",
    edits: [["  return [made, ...others];", "  void others;\n  return [made];"]],
    hunt: "--exhaustive --journey create-closed-network --every-read 500",
  },
  {
    name: "a NAT gateway that goes before its routes have moved",
    file: "src/resources/route-table/live.ts",
    edits: [
      ["    uses: [vpcId, ...(target === undefined ? [] : [target])],", "    uses: [vpcId],"],
    ],
    hunt: "--exhaustive --journey change-network --every-read 20",
  },
  {
    name: "a builder with a public address in a private network",
    file: "src/resources/image/builder.ts",
    edits: [["builder.publicAddress ?? true", "true"]],
    hunt: "--exhaustive --journey create-closed-network --every-read 500",
  },
  {
    name: "an internet gateway that is not attached yet is left over",
    file: "src/resources/internet-gateway/index.ts",
    edits: [['live === "" || live === wanted', "live === wanted"]],
    hunt: "--exhaustive --journey create-closed-network --every-read 500",
  },
];

/** Plants each fault alone, and tells what catches it. Returns the names of those that nothing caught. */
export async function huntMutants(say: (line: string) => void, only?: string): Promise<string[]> {
  const missed: string[] = [];
  for (const mutant of mutants) {
    if (only !== undefined && !mutant.name.includes(only)) continue;
    const caught = await hunt(mutant);
    if (caught === undefined) missed.push(mutant.name);
    say(`${caught === undefined ? "MISSED" : "caught"}: ${mutant.name}: ${caught ?? mutant.hunt}`);
  }
  return missed;
}

/** @throws Error when the text has changed since the fault was thought of. */
export function plant({ name, edits }: Mutant, text: string): string {
  return edits.reduce((planted, [before, after]) => {
    if (planted.split(before).length !== 2) throw new Error(`${name}: ${before} is not there once`);
    return planted.replace(before, () => after);
  }, text);
}

const copied = ["src", "test/simulation", "test/noise.ts", "scripts/simulate.ts", "package.json"];

/**
 * What failed first, and how; undefined when nothing did.
 *
 * @throws Error if the copy lacks a file, since then every fault would seem to be caught.
 */
async function hunt(mutant: Mutant): Promise<string | undefined> {
  const root = join(import.meta.dirname, "../..");
  const copy = mkdtempSync(join(tmpdir(), "reconcile-mutant-"));
  try {
    for (const part of copied) cpSync(join(root, part), join(copy, part), { recursive: true });
    cpSync(join(root, "examples/tiny_app.py"), join(copy, "examples/tiny_app.py"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    const file = join(copy, mutant.file);
    writeFileSync(file, plant(mutant, readFileSync(file, "utf8")));
    execFileSync(process.execPath, ["--check", file]);
    return await firstFailure(copy, mutant.hunt);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function firstFailure(directory: string, options: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const argv = ["scripts/simulate.ts", ...options.split(" "), "--workers", "1", "--first"];
    const child = spawn(process.execPath, argv, { cwd: directory });
    let told = "";
    const hear = (chunk: Buffer) => {
      told += chunk.toString("utf8");
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("close", (code) => {
      if (told.includes("ERR_MODULE_NOT_FOUND")) return reject(new Error(told));
      // A fault may be such that already an undisturbed journey throws.
      const thrown = /^Error: .*$/m.exec(told)?.[0];
      const [name = "", what = ""] = thrown === undefined ? told.split("\n") : [thrown];
      resolve(code === 0 ? undefined : `${name} ${what.trim()}`.slice(0, 240));
    });
  });
}
