import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { parseDocument } from "yaml";
import type { Io } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import type { PlanDocument } from "../../src/engine/plan-format.ts";
import type { StatusDocument } from "../../src/engine/status-format.ts";
import { isReading } from "../../src/sandbox/operation.ts";
import { noise } from "../noise.ts";
import { checkedBesides, namedOtherwise } from "./checked-besides.ts";
import { type Ended, pretendProcess } from "./process.ts";
import type { Scenario, ScenarioStep } from "./scenario.ts";
import type { World } from "./world.ts";

/** What a scenario is played in: the account, and how command lines and time run. */
export interface Stage {
  readonly world: World;
  /** Options of every command line that talk to the account: `--sandbox`. */
  readonly options: readonly string[];
  readonly io: Pick<Io, "sandbox" | "clock">;
  readonly environment: Readonly<Record<string, string>>;
  /** Waits for the work while the world's time goes on. */
  pass<T>(work: Promise<T>): Promise<T>;
  wait(seconds: number): Promise<void>;
  /** Looks at what stands at the end, before it is destroyed: the stack file and its directory. */
  converged?(file: string, directory: string): Promise<void>;
}

type RunStep = Extract<ScenarioStep, { run: string }>;

/**
 * `applying-in-the-middle`: somebody applies right after each call of another hand (see
 * `appliesInTheMiddle`). Then what the scenario's own commands find may be mended already: of them
 * only their ends are demanded.
 */
export type Manner = "as-written" | "applying-in-the-middle";

/**
 * Plays one scenario and demands everything that it and every scenario demands.
 *
 * @returns what stood at the end, in words that do not change from one playing to another.
 */
export async function play(
  scenario: Scenario,
  stage: Stage,
  manner: Manner = "as-written",
): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), "reconcile-scenario-"));
  const saved = new Map<string, string>();
  const inTheMiddle = manner === "as-written" ? new Map() : appliesInTheMiddle(scenario);
  let mayBeMended = false;
  try {
    for (const call of scenario.given) await playStep(call);
    const before = await stage.world.inventory();
    for (const step of scenario.steps) {
      await playStep(step);
      const applying = inTheMiddle.get(step);
      if (applying === undefined) continue;
      await playStep(runStep(applying)).catch((error: unknown) => {
        const call = "call" in step ? step.call : "a step";
        throw new Error(`applying right after ${call}: ${messageOf(error)}`, { cause: error });
      });
      mayBeMended = true;
    }
    if (scenario.end === "no-stack") {
      expect(await stage.world.inventory()).toEqual(before);
      return [];
    }
    mayBeMended = false;
    const stood: string[] = [];
    for (const file of scenario.files) {
      await playStep(runStep({ run: `plan --check ${file}`, changes: [], writes: [] }));
      await stage.converged?.(file, directory);
      stood.push(...(await whatStands(file)));
    }
    for (const file of scenario.files) await playStep(runStep({ run: `destroy --yes ${file}` }));
    expect(await stage.world.inventory()).toEqual(before);
    return stood;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }

  async function whatStands(file: string): Promise<readonly string[]> {
    const { resources, instances } = await statusOf(file);
    return [
      ...resources.map(({ address, status }) => `${address}: ${status}`),
      ...instances.map(({ lifecycle, health }) => `instance: ${lifecycle}, ${health}`),
    ].toSorted();
  }

  async function playStep(step: ScenarioStep): Promise<void> {
    const { world } = stage;
    if ("run" in step) return runCommand(step);
    if ("stack" in step) return write(step.file, step.stack);
    if ("write" in step) {
      for (const [file, text] of Object.entries(step.write)) {
        if (text === null) rmSync(join(directory, file));
        else write(file, await fillIn(text));
      }
      return;
    }
    if ("example" in step) {
      cpSync(join(import.meta.dirname, "../../examples"), directory, { recursive: true });
      write("afterpay.yaml", readFileSync(join(directory, `${step.example}.yaml`), "utf8"));
      return;
    }
    if ("edit" in step) {
      return edit(step.file, JSON.parse(await fillIn(JSON.stringify(step.edit))));
    }
    if ("outside-record" in step) {
      const values = await Promise.all(step.values.map(fillIn));
      return world.setOutsideRecord(await fillIn(step["outside-record"]), step.type, values);
    }
    if ("delegation" in step) {
      return world.setDelegation(step.delegation, step.servers ?? undefined);
    }
    if ("publish-image" in step) return world.publishImage(step["publish-image"]);
    if ("wait" in step) return stage.wait(step.wait);
    if ("faults" in step) return world.setFaults(step.faults);
    if ("inventory" in step) {
      const found = await world.inventory();
      const counts = Object.keys(step.inventory).map((type) => [type, found[type]?.length ?? 0]);
      expect(Object.fromEntries(counts)).toEqual(step.inventory);
      return;
    }
    const [service = "", operation = ""] = step.call.split(" ");
    const input = JSON.parse(await fillIn(JSON.stringify(step.input))) as object;
    const answer = await stage
      .pass(world.call(service, operation, input, step.region))
      .catch((error: unknown) => {
        // What it was to break may be mended, or gone, since somebody applied.
        if (mayBeMended && error instanceof Error && "code" in error) return {};
        throw error;
      });
    for (const [name, path] of Object.entries(step.save ?? {})) saved.set(name, at(answer, path));
  }

  async function runCommand(step: RunStep): Promise<void> {
    const begun = stage.world.now();
    stage.world.takeCalls();
    const ended = await command(step.run);
    const told = `$ reconcile ${step.run}\n${ended.stdout}${ended.stderr}`;
    const ends = mayBeMended ? [0, step.exit] : [step.exit];
    expect(ends, told).toContain(ended.code);
    if (mayBeMended) return;
    for (const text of step.says) expect(told).toContain(await fillIn(text));
    for (const text of step.never) expect(told).not.toContain(await fillIn(text));
    if (step.within !== undefined) {
      expect((stage.world.now() - begun) / 1000, told).toBeLessThanOrEqual(step.within);
    }
    const calls = stage.world.takeCalls();
    const granted = actionsGranted(step.run);
    expect(
      calls.filter((name) => !granted.operations.has(name)),
      "calls that specs/iam-policy.json does not allow",
    ).toEqual([]);
    expect(
      calls
        .flatMap((name) => checkedBesides[name] ?? [])
        .filter((one) => !granted.actions.has(one)),
      "what AWS checks for those calls, and specs/iam-policy.json does not allow",
    ).toEqual([]);
    const writes = calls.filter((name) => !isReading(name));
    if (step.writes !== undefined) {
      expect(writes.toSorted(), told).toEqual(step.writes.toSorted());
    }
    const { order } = step;
    if (order !== undefined) {
      const inOrder = writes.filter((name) => order.includes(name));
      // What AWS refuses for a while is called again, and is one change for all that.
      expect(
        inOrder.filter((name, index) => name !== inOrder[index - 1]),
        told,
      ).toEqual(order);
    }
    if (step.changes !== undefined) await demandChanges(step.run, step.changes);
  }

  async function demandChanges(line: string, wanted: readonly string[]): Promise<void> {
    const { stdout } = await command(`${line} --json`);
    const document = JSON.parse(stdout) as PlanDocument;
    const changes = document.changes
      .filter(({ action }) => action !== "keep")
      .map(({ action, address, because }) => `${action} ${address}: ${because}`);
    expect(changes, stdout).toHaveLength(wanted.length);
    for (const text of wanted) {
      const [head = "", words = ""] = text.split(/: (.*)/s);
      const found = changes.find(
        (change) => change.startsWith(`${head}:`) && change.includes(words),
      );
      expect(found, `no change "${text}" in\n${changes.join("\n")}`).toBeDefined();
    }
  }

  async function command(line: string): Promise<Ended> {
    const { io, printed } = pretendProcess(directory, {
      ...stage.environment,
      ...scenario.environment,
    });
    const argv = [...line.split(" "), ...stage.options];
    const code = await stage.pass(run(argv, { ...io, ...stage.io }));
    return { code, ...printed() };
  }

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }

  function edit(file: string, changes: Readonly<Record<string, unknown>>): void {
    const document = parseDocument(readFileSync(join(directory, file), "utf8"));
    for (const [path, value] of Object.entries(changes)) {
      const keys = path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
      if (value === null) document.deleteIn(keys);
      else document.setIn(keys, document.createNode(value));
    }
    write(file, String(document));
  }

  /**
   * Puts in ids: `${security-group/web}`, `${instance 0}` of the stack, or what a call saved. `${noise 20000}` is a
   * text of so many characters that does not pack well.
   */
  async function fillIn(text: string): Promise<string> {
    if (!text.includes("${")) return text;
    let filled = text;
    for (const [whole, name = ""] of text.matchAll(/\$\{([^}]+)\}/g)) {
      const [kind, length] = name.split(" ");
      const text = kind === "noise" ? noise(Number(length)) : saved.get(name);
      filled = filled.replaceAll(whole, text ?? (await idOf(name)));
    }
    return filled;
  }

  async function idOf(name: string): Promise<string> {
    const status = await statusOf(scenario.files[0] ?? "");
    const [kind, index] = name.split(" ");
    const id =
      kind === "instance"
        ? status.instances[Number(index)]?.id
        : status.resources.find(({ address }) => address === name)?.id;
    if (id === undefined) throw new Error(`nothing is called ${name} in ${JSON.stringify(status)}`);
    return id;
  }

  async function statusOf(file: string): Promise<StatusDocument> {
    const { code, stdout, stderr } = await command(`status ${file} --json`);
    expect(code, stdout + stderr).toBe(0);
    return JSON.parse(stdout) as StatusDocument;
  }
}

/**
 * The applies of a scenario's other playing, by the calls after which they are made: those by which
 * another hand changes an account that a stack stands in.
 */
export function appliesInTheMiddle(
  scenario: Scenario,
): ReadonlyMap<ScenarioStep, Partial<RunStep> & { readonly run: string }> {
  const found = new Map<ScenarioStep, Partial<RunStep> & { readonly run: string }>();
  let applied: RunStep | undefined;
  for (const step of scenario.steps) {
    if ("run" in step && step.run.startsWith("apply --yes")) applied = step;
    if ("run" in step && step.run.startsWith("destroy")) applied = undefined;
    if (!("call" in step) || applied === undefined) continue;
    if (isReading(step.call.split(" ")[1] ?? "")) continue;
    const exit = step["apply-then"] ?? (applied.exit === 0 ? 0 : undefined);
    if (exit !== undefined && exit !== "none") found.set(step, { run: applied.run, exit });
  }
  return found;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function runStep(step: Partial<RunStep> & { readonly run: string }): RunStep {
  return { exit: 0, says: [], never: [], ...step };
}

function at(value: unknown, path: string): string {
  let found: unknown = value;
  for (const key of path.split(".")) found = (found as Record<string, unknown> | undefined)?.[key];
  if (typeof found !== "string") throw new Error(`no text at ${path} of ${JSON.stringify(value)}`);
  return found;
}

interface Statement {
  readonly Sid: string;
  readonly Action: readonly string[];
}

const policy: { readonly Statement: readonly Statement[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../specs/iam-policy.json"), "utf8"),
);

/** What the published policy lets a command line do: looking needs its first statement alone. */
function actionsGranted(line: string) {
  const changes = /^(apply|destroy)\b/.test(line);
  const statements = policy.Statement.filter(({ Sid }) => changes || Sid === "PlanAndStatus");
  const actions = new Set(statements.flatMap(({ Action }) => Action));
  const operations = new Set([...actions].map((action) => action.split(":")[1]));
  const otherwise = Object.entries(namedOtherwise).filter(([, action]) => actions.has(action));
  return { actions, operations: operations.union(new Set(otherwise.map(([name]) => name))) };
}
