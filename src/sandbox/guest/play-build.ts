import { type Build, StepFailure, TimedOut } from "./build.ts";
import type { BuildScript, Call, Unreadable } from "./build-script.ts";
import { checks } from "./checks.ts";
import { guestDurations } from "./durations.ts";
import type { Machine } from "./machine.ts";
import type { Reach } from "./reach.ts";
import { type ConsoleLine, Report } from "./report.ts";
import { restartMachine } from "./restart.ts";
import { steps } from "./steps.ts";

/**
 * A fault of the machine. `lost`: it does not come back from the build's restart. `restarts`: it restarts by
 * itself after that one.
 */
export type Misfortune = "hangs" | "fails" | "lost" | "restarts";

export interface BuildPlay {
  readonly console: ConsoleLine[];
  readonly endsAfter: number;
  readonly passed: boolean;
  /** It never ends. */
  readonly hung: boolean;
}

/** Checks failed. Their own lines explain why. */
class ChecksFailed extends Error {}

class Hung extends Error {}

/** The machine restarted, and the build had not asked for it. */
class Restarted extends Error {}

export interface BuildStart {
  /** The start of the kernel, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** The seconds from the boot until the script runs. */
  readonly startsAfter: number;
  /** What was fetched before the script, by SHA-256. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly misfortune: Misfortune | undefined;
  readonly reach: Reach;
  /** The console of a boot of this machine. */
  readonly bootConsole: readonly ConsoleLine[];
}

/** Simulates a build script on the machine. */
export function playBuild(script: BuildScript, machine: Machine, start: BuildStart): BuildPlay {
  return new Player(script, machine, start).play();
}

class Player implements Build {
  readonly machine: Machine;
  readonly family: string;
  readonly release: string;
  readonly startedAt: number;
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly reach: Reach;
  proxy?: string;
  readonly #script: BuildScript;
  readonly #report: Report;
  readonly #console: ConsoleLine[] = [];
  readonly #start: BuildStart;
  /** Moves with a restart, whose own time the build does not count. */
  #deadline: number;
  #now: number;
  #doing = "start";
  #steps = 0;
  #commands = 0;
  #ownCommands = 0;
  readonly #notices = new Set<string>();

  constructor(script: BuildScript, machine: Machine, start: BuildStart) {
    this.machine = machine;
    this.#script = script;
    this.family = this.#header("family");
    this.release = this.#header("release");
    this.startedAt = start.startedAt;
    this.contents = start.contents;
    this.reach = start.reach;
    this.#start = start;
    this.#now = start.startsAfter;
    const timeout = Number(this.#header("timeout"));
    this.#deadline = start.startsAfter + (timeout > 0 ? timeout : Number.POSITIVE_INFINITY);
    this.#report = new Report(this.#header("hash"), (text) => this.#write(text));
  }

  play(): BuildPlay {
    const header = (key: string) => this.#header(key);
    this.#report.say(
      "start",
      `${header("family")} ${header("release")} steps=${header("steps")} checks=${header("checks")}`,
    );
    let passed = false;
    try {
      this.#runBody();
      passed = this.#script.finishes;
    } catch (error) {
      if (error instanceof Hung) return this.#result(false, true);
      this.#explain(error);
    }
    this.#report.say("verdict", passed ? `passed ${header("checks")}` : "failed");
    this.#report.close();
    this.#now += guestDurations.powerOff;
    this.#write(`[${this.#now.toFixed(6).padStart(12)}] reboot: Power down`);
    this.#addKernelLines();
    return this.#result(passed, false);
  }

  spend(seconds: number): void {
    if (this.#now + seconds < this.#deadline) {
      this.#now += seconds;
    } else {
      this.#now = this.#deadline;
      throw new TimedOut();
    }
  }

  notice(text: string): void {
    if (this.#notices.has(text)) return;
    this.#notices.add(text);
    this.#report.say("notice", text);
  }

  print(kind: string, lines: readonly string[], most: number): void {
    this.#report.sayLines(kind, lines, most);
  }

  nextCommand(): number {
    this.#commands += 1;
    return this.#commands;
  }

  nextOwnCommand(): number {
    this.#ownCommands += 1;
    return this.#ownCommands;
  }

  #result(passed: boolean, hung: boolean): BuildPlay {
    return { console: this.#console, endsAfter: this.#now, passed, hung };
  }

  #header(key: string): string {
    return this.#script.header.get(key) ?? "";
  }

  #write(text: string): void {
    this.#console.push({ afterSeconds: this.#now, text });
  }

  #runBody(): void {
    const format = this.#header("format");
    if (format !== "2") {
      throw new StepFailure(`reconcile-build format=${format}`, [
        `the sandbox supports build scripts of format 2, got ${format || "none"}`,
      ]);
    }
    for (const call of this.#script.body) this.#run(call);
    if (!this.#script.finishes) return;
    this.#stopIfAnyCheckFailed();
    const promised = this.#header("checks");
    const kept = String(this.#report.count("pass"));
    if (kept !== promised) {
      throw new StepFailure("finish_build", [`${kept} of ${promised} checks passed`]);
    }
  }

  #run(call: Call | Unreadable): void {
    if (call.name === undefined) {
      throw new StepFailure(call.text, [
        `line ${call.line} is not a valid call of a build script: ${call.reason}`,
      ]);
    }
    // The line is a mark, which restart_system replaces in the rest of the script.
    if (call.name === "repeat_checks") {
      this.#repeatChecks();
      return;
    }
    if (!this.#script.functions.has(call.name)) {
      throw new StepFailure(call.text, [commandNotFound(call.line, call.name)]);
    }
    if (/^check(_twice)?$/.test(call.name)) this.#runCheck(call);
    else this.#runStep(call);
  }

  #repeatChecks(): void {
    for (const call of this.#script.body) {
      if (call.name !== "check_twice") continue;
      const [id = "", ...parameters] = call.parameters;
      this.#runCheck({ ...call, parameters: [`boot:${id}`, ...parameters] });
    }
  }

  #runStep(call: Call): void {
    const step = steps.get(call.name);
    if (step === undefined) {
      throw new StepFailure(call.text, [`the sandbox does not know the step ${call.name}`]);
    }
    if (/^(restart_system|list_packages|remove_build_traces)$/.test(call.name)) {
      this.#stopIfAnyCheckFailed();
    }
    const shown = step.shown(call.parameters, this);
    this.#doing = [call.name, ...shown].join(" ");
    this.#steps += 1;
    this.#report.say("step", `${this.#steps}/${this.#header("steps")} ${this.#doing}`);
    this.#strike(call.name);
    step.run(this, call.parameters);
    if (call.name === "restart_system") this.#restart();
  }

  /** The machine comes up again, and runs what the build left for that. */
  #boot(): void {
    this.#now += guestDurations.powerOff;
    this.#write(`[${this.#now.toFixed(6).padStart(12)}] reboot: Restarting system`);
    if (this.#start.misfortune === "lost") throw new Hung();
    for (const { afterSeconds, text } of this.#start.bootConsole) {
      this.#console.push({ afterSeconds: this.#now + afterSeconds, text });
    }
    restartMachine(this.machine);
    this.#now += guestDurations.boot;
  }

  #restart(): void {
    const used = this.#now - this.#start.startsAfter;
    this.#report.say("restart", `passed ${this.#report.count("pass")}`);
    const before = this.#now;
    this.#boot();
    this.#deadline += this.#now - before;
    this.#report.say("resume", `${Math.floor(used)} seconds used`);
    if (this.#start.misfortune !== "restarts") return;
    this.#boot();
    this.#report.forget();
    throw new Restarted();
  }

  /** A fault affects the first step that needs the network. */
  #strike(name: string): void {
    const { misfortune } = this.#start;
    if (misfortune === undefined || /^(lost|restarts)$/.test(misfortune)) return;
    if (!/package|fetch_application|install_requirements/.test(name)) return;
    if (misfortune === "hangs") throw new Hung();
    this.spend(guestDurations.packageLists);
    const isPackages = name !== "fetch_application";
    throw new StepFailure(isPackages ? `packages (${name})` : name, [
      "Curl error (28): Timeout was reached [Failed to connect: Connection timed out]",
      ...(isPackages ? ["Error: the repositories cannot be reached"] : []),
    ]);
  }

  #runCheck(call: Call): void {
    const [id = "", name = "", ...parameters] = call.parameters;
    this.#doing = `check ${id}`;
    const seen = this.#seenBy(call, name, parameters);
    if (seen === undefined) {
      this.#report.say("pass", id);
    } else {
      this.#report.say("fail", id);
      if (name === "run_check") this.#report.sayLines("command", parameters, 10);
      const hidden = seen.length > 20 ? [`and ${seen.length - 19} more`] : [];
      this.#report.sayLines("seen", [...seen, ...hidden], 20);
    }
  }

  /** The output of a failed check. Undefined when it passed. */
  #seenBy(call: Call, name: string, parameters: readonly string[]): readonly string[] | undefined {
    if (!this.#script.functions.has(name)) return [commandNotFound(call.line, name)];
    const check = checks.get(name);
    if (check === undefined) return [`the sandbox does not know the check ${name}`];
    return check(this, parameters);
  }

  #stopIfAnyCheckFailed(): void {
    if (this.#report.count("fail") > 0) throw new ChecksFailed();
  }

  #explain(error: unknown): void {
    if (error instanceof TimedOut) {
      this.#report.say("error", `timeout ${this.#doing}`);
    } else if (error instanceof StepFailure) {
      this.#report.say("error", this.#doing);
      this.#report.sayLines("command", error.command.split("\n"), 10);
      this.#report.sayLines("output", error.output, 30);
    } else if (error instanceof Restarted) {
      this.#report.say("error", `restarted ${this.#doing}`);
    } else if (!(error instanceof ChecksFailed)) {
      throw error;
    }
  }

  /** Adds lines of the kernel and of systemd, as on a real console. */
  #addKernelLines(): void {
    const { startsAfter } = this.#start;
    const length = this.#now - startsAfter;
    for (const [share, text] of linesInBetween) {
      const afterSeconds = startsAfter + share * length;
      const stamp = `[${afterSeconds.toFixed(6).padStart(12)}]`;
      this.#console.push({ afterSeconds, text: `${stamp} ${text}` });
    }
  }
}

/** The point of the build at which each line appears. */
const linesInBetween: readonly (readonly [share: number, text: string])[] = [
  [0.05, "systemd-sysv-generator[1631]: SysV services found, created native units."],
  [0.2, "audit: type=1130 audit(1763793600.120:61): pid=1 uid=0 res=success"],
  [0.45, "systemd[1]: Reloading."],
  [0.7, "EXT4-fs (nvme0n1p1): re-mounted. Quota mode: none."],
  [0.9, "systemd[1]: Reexecuting."],
];

function commandNotFound(line: number, name: string): string {
  return `/run/reconcile/build: line ${line}: ${name}: command not found`;
}
