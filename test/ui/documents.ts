import type { Action, Change, PlanDocument } from "../../src/engine/plan-format.ts";
import type { StatusDocument, StatusInstance } from "../../src/engine/status-format.ts";

/** A plan of these changes, with a step each. */
export function planOf(
  changes: readonly Change[],
  parts: Partial<PlanDocument> = {},
): PlanDocument {
  const count = (action: Action) => changes.filter((change) => change.action === action).length;
  const summary = {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
    keep: count("keep"),
  };
  return {
    formatVersion: 1,
    stack: "afterpay",
    region: "ap-southeast-2",
    account: "000000000000",
    summary,
    changes,
    steps: changes
      .filter(({ action }) => action !== "keep")
      .map(({ address, action }) => {
        const verb = action === "delete" || action === "update" ? action : "create";
        return { key: `${verb} ${address}`, verb, address, after: [] };
      }),
    problems: [],
    ...parts,
  };
}

/** One field that differs, of which only the parts that matter are told. */
export function field(path: string, parts: Partial<Change["fields"][number]>) {
  return { path, known: true, forcesReplace: false, sensitive: false, ...parts };
}

/** A status of a healthy stack without resources, but for these parts. */
export function statusOf(parts: Partial<StatusDocument> = {}): StatusDocument {
  return {
    stack: "afterpay",
    region: "ap-southeast-2",
    account: "123456789012",
    health: { healthy: true, inService: 0, desired: 0, reasons: [] },
    resources: [],
    missing: [],
    problems: [],
    instances: [],
    rollouts: [],
    activities: [],
    images: [],
    outputs: {},
    ...parts,
  };
}

/** A server in service, but for these parts. */
export function serverOf(parts: Partial<StatusInstance> = {}): StatusInstance {
  return {
    id: "i-0a1b2c3d4e5f60718",
    zone: "ap-southeast-2a",
    image: "ami-0a1b2c3d4e5f60718",
    lifecycle: "InService",
    health: "InService",
    addresses: {
      publicIpv4: "203.0.113.7",
      privateIpv4: "172.31.0.7",
      ipv6: null,
      publicDnsName: null,
      privateDnsName: null,
    },
    protected: false,
    session: null,
    ...parts,
  };
}
