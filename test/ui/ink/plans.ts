import type { PlanDocument, Problem } from "../../../src/engine/plan-format.ts";
import { field, planOf } from "../documents.ts";

const RULE_80 = { protocol: "tcp", fromPort: 80, toPort: 80, peer: "0.0.0.0/0" };
const RULE_22 = { protocol: "tcp", fromPort: 22, toPort: 22, peer: "203.0.113.10/32" };

/** Drift, a newer base image and what follows from it: every kind of line that a plan has. */
export const MIXED_PLAN: PlanDocument = planOf(
  [
    {
      address: "key-pair/afterpay",
      action: "keep",
      id: "key-0a1b2c3d4e5f60718",
      because: "nothing differs",
      fields: [],
    },
    {
      address: "security-group/web",
      action: "update",
      id: "sg-0a1b2c3d4e5f60718",
      because: "rule added by hand",
      fields: [field("ingress", { before: [RULE_80, RULE_22], after: [RULE_80] })],
    },
    {
      address: "image/afterpay",
      action: "replace",
      id: "ami-0a1b2c3d4e5f60718",
      because: "newer base image: 2023.9.20251103 → 2023.9.20251117",
      fields: [
        field("release", {
          before: "2023.9.20251103",
          after: "2023.9.20251117",
          forcesReplace: true,
        }),
        field("application", {
          before: `app.py sha256:${"a".repeat(60)}`,
          after: `app.py sha256:${"b".repeat(60)}`,
          forcesReplace: true,
        }),
      ],
    },
    {
      address: "launch-template/afterpay",
      action: "update",
      id: "lt-0a1b2c3d4e5f60718",
      because: "imageId is known after apply",
      fields: [field("imageId", { before: "ami-0a1b2c3d4e5f60718", known: false })],
    },
    {
      address: "load-balancer/afterpay",
      action: "keep",
      id: "afterpay-load-balancer",
      because: "nothing differs",
      fields: [],
    },
    {
      address: "auto-scaling-group/afterpay",
      action: "update",
      id: "afterpay",
      because: "launchTemplate is known after apply",
      fields: [
        field("launchTemplate", {
          before: { id: "lt-0a1b2c3d4e5f60718", version: "3" },
          known: false,
        }),
      ],
    },
  ],
  {
    steps: [
      {
        key: "update security-group/web",
        verb: "update",
        address: "security-group/web",
        after: [],
      },
      { key: "create image/afterpay", verb: "create", address: "image/afterpay", after: [] },
      {
        key: "update launch-template/afterpay",
        verb: "update",
        address: "launch-template/afterpay",
        after: ["create image/afterpay", "update security-group/web"],
      },
      {
        key: "update auto-scaling-group/afterpay",
        verb: "update",
        address: "auto-scaling-group/afterpay",
        after: ["update launch-template/afterpay"],
      },
      {
        key: "delete image/afterpay ami-0a1b2c3d4e5f60718",
        verb: "delete",
        address: "image/afterpay",
        after: ["update auto-scaling-group/afterpay"],
      },
    ],
  },
);

export const WARNING: Problem = {
  severity: "warning",
  address: "load-balancer/afterpay",
  summary:
    "load-balancer/afterpay keeps its name, so the old one is deleted before the new one is created",
  remedy:
    "Remove its fixed name (name:). The new one is then created before the old one is deleted.",
};
