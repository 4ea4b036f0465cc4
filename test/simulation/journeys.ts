import type { FaultPlan } from "../../src/sandbox/faults.ts";
import type { SandboxOptions } from "../../src/sandbox/sandbox.ts";
import { Account } from "./account.ts";
import { describeAccount, idsOf } from "./description.ts";
import { closed, oneZone, perZone, regional, single } from "./network-files.ts";
import {
  alarmed,
  alarmedOtherwise,
  balanced,
  classicAlone,
  demanding,
  demandingOtherwise,
  direct,
  firewalled,
  firewalledOtherwise,
  forwarded,
  forwardedAlone,
  fullGroup,
  hardened,
  keyless,
  large,
  minimal,
  mixed,
  otherFullGroup,
  otherGroup,
  otherPort,
  otherRules,
  otherwisePermitted,
  permitted,
  type StackFile,
  secured,
  securedAlone,
  securedInside,
  securedOtherwise,
  spareGroups,
  tier,
} from "./stack-files.ts";
import { furnish, nameClassic } from "./surroundings.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** From what stands to what is wanted; no target: destroy it. */
export interface Journey {
  readonly name: string;
  readonly before?: StackFile;
  /** What a person does when that stands. */
  readonly given?: (account: Account) => Promise<void>;
  readonly target?: StackFile;
  /** What the process that dies was to make; the one after it is to make the target. Left out: the same. */
  readonly attempt?: StackFile;
  /** What goes wrong while a process is on the way that is swept for crashes. */
  readonly faults?: FaultPlan;
}

export const journeys: readonly Journey[] = [
  { name: "create-minimal", target: minimal },
  { name: "create-tier", target: tier },
  { name: "change-hardening", before: tier, target: hardened },
  { name: "change-rules", before: tier, target: otherRules },
  { name: "replace-group", before: tier, target: otherGroup },
  { name: "prune", before: spareGroups, target: tier },
  { name: "drop-key", before: tier, target: keyless },
  { name: "destroy", before: tier },
  { name: "create-application-load-balancer", target: forwarded },
  { name: "move-to-application", before: tier, target: forwardedAlone },
  { name: "other-port", before: forwarded, target: otherPort },
  { name: "create-domain", target: secured },
  { name: "create-demand", target: demanding },
  { name: "change-demand", before: demanding, target: demandingOtherwise },
];

/** Of networks of the stack's own, which take longer. */
export const networkJourneys: readonly Journey[] = [
  { name: "create-network", target: perZone },
  { name: "change-network", before: perZone, target: regional },
  { name: "destroy-network", before: regional },
];

/**
 * Those that are swept for crashes, too: rules are exchanged in a group that is full, a failed build is
 * cleaned up, and a change is given up half way, which leaves a build, a rollout or a load balancer behind that
 * nobody wants any more. A script that is stored in a bucket, and then not wanted any more, leaves neither.
 */
export const swept: readonly Journey[] = [
  ...journeys,
  { name: "exchange-rules", before: fullGroup, target: otherFullGroup },
  { name: "second-thoughts", before: tier, attempt: hardened, target: tier },
  { name: "drop-load-balancer", before: direct, attempt: balanced, target: direct },
  { name: "create-bucket", target: large },
  { name: "create-role", target: permitted },
  { name: "change-role", before: permitted, target: otherwisePermitted },
  { name: "drop-role", before: permitted, target: direct },
  { name: "give-up-role", before: direct, attempt: permitted, target: direct },
  { name: "move-and-keep", before: tier, target: forwarded },
  { name: "move-to-classic", before: forwarded, target: classicAlone },
  { name: "give-up-move", before: tier, attempt: forwardedAlone, target: classicAlone },
  { name: "destroy-application-load-balancer", before: forwarded },
  // A person's record, which leads nowhere once somebody else deletes the load balancer: no schedule, only crashes.
  { name: "move-name", before: tier, given: nameClassic, target: securedAlone },
  { name: "change-names", before: secured, target: securedOtherwise },
  { name: "replace-named", before: secured, target: securedInside },
  { name: "drop-domain", before: secured, target: forwarded },
  { name: "give-up-domain", before: forwarded, attempt: secured, target: forwarded },
  { name: "destroy-domain", before: secured },
  { name: "create-firewall", target: firewalled },
  { name: "change-firewall", before: firewalled, target: firewalledOtherwise },
  { name: "drop-firewall", before: firewalled, target: forwarded },
  { name: "destroy-firewall", before: firewalled },
  { name: "drop-demand", before: demanding, target: forwarded },
  { name: "destroy-demand", before: demanding },
  { name: "mix-types", before: tier, target: mixed },
  { name: "give-up-mix", before: tier, attempt: mixed, target: tier },
  { name: "create-alarms", before: forwarded, target: alarmed },
  { name: "change-alarms", before: alarmed, target: alarmedOtherwise },
  { name: "drop-alarms", before: alarmed, target: forwarded },
  { name: "destroy-alarms", before: alarmed },
  { name: "drop-bucket", before: minimal, attempt: large, target: minimal },
  ...networkJourneys,
  { name: "create-closed-network", target: closed },
  { name: "give-up-network", before: perZone, attempt: regional, target: perZone },
  { name: "move-nat", before: perZone, target: single },
  { name: "shrink-zones", before: perZone, target: oneZone },
  {
    name: "failing-build",
    target: minimal,
    faults: { rules: [{ happening: "guest-fails", times: 1 }] },
  },
];

/** Where a journey begins, and where it has to end. */
export interface Course {
  readonly journey: Journey;
  readonly start: Start;
  /** The account's description after an undisturbed run, and without its past. */
  readonly end: readonly string[];
  readonly present: readonly string[];
}

interface Start {
  readonly snapshot: string;
  readonly time: number;
  readonly files: ReadonlyMap<string, Buffer>;
  /** Ids of what is not the stack's. */
  readonly others: ReadonlySet<string>;
}

const epoch = Date.parse("2026-01-05T09:00:00Z");

/** After so long everything that goes by itself is gone: interfaces, instances, drained connections. */
export const settling = 20 * 60_000;

/** Travels each journey once undisturbed, when it is first asked for. */
export class Courses {
  readonly #time: VirtualTime;
  readonly #starts = new Map<StackFile | undefined, Start>();
  readonly #courses = new Map<string, Course>();

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  async course(journey: Journey): Promise<Course> {
    let course = this.#courses.get(journey.name);
    if (course === undefined) {
      const start = await this.#start(journey);
      const account = await openAt(this.#time, start);
      const line = prepare(account, journey);
      const { code, stdout, stderr } = await account.run(line);
      if (code !== 0) throw new Error(`undisturbed, ${line} ends with ${code}: ${stdout}${stderr}`);
      await this.#time.wait(settling);
      const describe = (past: boolean) => describeAccount(account.sandbox, start.others, { past });
      course = { journey, start, end: describe(true), present: describe(false) };
      account.close();
      this.#courses.set(journey.name, course);
    }
    return course;
  }

  async #start({ before, given }: Journey): Promise<Start> {
    let start = given === undefined ? this.#starts.get(before) : undefined;
    if (start === undefined) {
      this.#time.reset(epoch);
      const account = await Account.open(this.#time, { seed: 1 });
      await furnish(account);
      const others = idsOf(account.sandbox);
      if (before !== undefined) {
        account.write(before);
        const { code, stdout } = await account.run("apply --yes --json");
        if (code !== 0) throw new Error(`the start could not be made: ${stdout}`);
      }
      await given?.(account);
      await this.#time.wait(settling);
      account.sandbox.advance();
      start = {
        snapshot: account.sandbox.snapshot(),
        time: this.#time.now(),
        files: account.files(),
        others,
      };
      account.close();
      if (given === undefined) this.#starts.set(before, start);
    }
    return start;
  }
}

/** An account in which nothing has happened since. */
export async function openAt(
  time: VirtualTime,
  { snapshot, time: at, files }: Pick<Start, "snapshot" | "time" | "files">,
  options: SandboxOptions = {},
): Promise<Account> {
  time.reset(at);
  const { seed } = options;
  const reseeded =
    seed === undefined
      ? snapshot
      : // Far from the seed of the start, whose ids must not come again.
        JSON.stringify({ ...(JSON.parse(snapshot) as object), random: seed * 7919 + 104_729 });
  return Account.open(time, { ...options, snapshot: reseeded }, files);
}

/** Writes the stack file; returns the command line that makes the journey. */
export function prepare(account: Account, { before, target }: Journey): string {
  const file = target ?? before;
  if (file !== undefined) account.write(file);
  return target === undefined ? "destroy --yes --json" : "apply --yes --json";
}
