import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { PlanSummary } from "../../../src/ui/ink/plan-summary.tsx";
import { ProblemRows } from "../../../src/ui/ink/problem-rows.tsx";
import { field, planOf } from "../documents.ts";
import { frameOf } from "./frame.tsx";
import { MIXED_PLAN, WARNING } from "./plans.ts";

const WIDTHS = [60, 80, 200];
const lineWith = (lines: readonly string[], text: string) =>
  lines.find((line) => line.includes(text)) ?? `no line has ${text}`;

describe.each(WIDTHS)("a plan on a screen of %i columns", (columns) => {
  const lines = frameOf(<PlanSummary document={{ ...MIXED_PLAN, problems: [WARNING] }} />, {
    columns,
  });
  const text = lines.join(" ").replace(/\s+/g, " ");

  test("no line is wider than the screen", () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test("sections come as in the file, in the order of the graph", () => {
    const sections = lines.filter((line) => /^[a-zA-Z]+$/.test(line));
    expect(sections).toEqual(["securityGroups", "image", "scaling"]);
  });

  test("every change has its sign, its action and the reason in words", () => {
    expect(text).toContain(
      "~ update security-group/web (sg-0a1b2c3d4e5f60718): rule added by hand",
    );
    expect(text).toContain("± replace image/afterpay");
    expect(text).toContain("newer base image: 2023.9.20251103 → 2023.9.20251117");
  });

  test("a set is told by its members, a value by before and after", () => {
    expect(lineWith(lines, "ingress")).toMatch(/~ ingress {2}- tcp 22, 203\.0\.113\.10/);
    expect(lineWith(lines, "release")).toMatch(/± release +2023\S* → 2023\S*/);
  });

  test("what is not known yet says when it will be", () => {
    expect(lineWith(lines, "image  ami")).toMatch(/image {2}ami-\S+ → \(known after apply\)/);
  });

  test("long values that do not fit go on in the next line, and nothing of them is cut", () => {
    expect(lineWith(lines, "application")).toMatch(/^ {4}± application {2}- app/);
    const joined = lines.join("").replaceAll(" ", "");
    expect(joined).toContain(`-app.pysha256:${"a".repeat(60)}+app.pysha256:${"b".repeat(60)}`);
    expect(joined).not.toContain("…");
  });

  test("what stays is one line", () => {
    expect(lineWith(lines, "unchanged: ")).toMatch(/^= 2 unchanged: key-pair\/afterpay, load-/);
  });

  test("consequences, warnings and the summary stand apart", () => {
    expect(text).toMatch(
      /Consequences: ! Image ami-\S+ and its snapshots are deleted.* • All instances of auto-s/,
    );
    expect(text).toContain("Warning: load-balancer/afterpay keeps its name");
    expect(lines.at(-1)).toBe("Plan: 3 to update, 1 to replace, 2 unchanged.");
  });
});

test.each(Array.from({ length: 70 }, (_, index) => index + 30))(
  "a warning on a screen of %i columns has no line that begins with a stray blank",
  (columns) => {
    const problem = { ...WARNING, summary: "word ".repeat(30), remedy: "do this ".repeat(20) };
    const lines = frameOf(<ProblemRows problem={problem} />, { columns, colour: true });
    const shown = lines.map((line) => stripVTControlCharacters(line)).filter((line) => line !== "");
    expect(shown.length).toBeGreaterThan(3);
    expect(shown.filter((line) => !/^(?: {2})?\S/.test(line))).toEqual([]);
    expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(columns);
  },
);

test.each(WIDTHS)("a warning of %i columns leaves the command to copy whole", (columns) => {
  const command = `aws autoscaling resume-processes --auto-scaling-group-name ${"a".repeat(180)}`;
  const problem = {
    ...WARNING,
    remedy: `If the suspension is no longer needed, resume: ${command}`,
  };
  const lines = frameOf(<ProblemRows problem={problem} />, { columns });
  expect(lines).toContain(`  ${command}`);
});

describe("a plan", () => {
  test.each([
    ["words", "word ".repeat(10)],
    ["wide characters", "東東 ".repeat(10)],
    ["one long word of wide characters", `${"東".repeat(25)} `],
    ["one long word", `${"x".repeat(61)} `],
  ])("whose line of %s is wrapped shows no line that could be another one", (_what, filling) => {
    const after = `one\n${filling}- rm of nothing ${filling}\n`;
    for (let columns = 50; columns < 90; columns += 1) {
      const plan = planOf([
        {
          address: "image/afterpay",
          action: "create",
          because: "",
          fields: [field("files", { after })],
        },
      ]);
      const lines = frameOf(<PlanSummary document={plan} />, { columns });
      const texts = lines.filter((line) => /^ {4}(?:\+ files| {7}) {2}[-+=](?: |$)/.test(line));
      expect(texts, `${columns} columns`).toHaveLength(2);
    }
  });

  test("with a file of 100 KB shows every line of it, each behind its sign", () => {
    const content = Array.from({ length: 2_500 }, (_, index) => `${index} ${"x".repeat(40)}`);
    const path = "files./etc/systemd/system/a-service-with-a-long-name.service.content";
    const plan = planOf([
      {
        address: "image/afterpay",
        action: "replace",
        because: "files differ",
        fields: [field(path, { before: "one\n", after: `${content.join("\n")}\n` })],
      },
    ]);
    const lines = frameOf(<PlanSummary document={plan} />, { columns: 120 });
    expect(lines.filter((line) => / \+ \d/.test(line)).map((line) => line.trim())).toEqual(
      content.map((line) => `+ ${line}`),
    );
    // A name that is too long for its column stands above the value, whole.
    expect(lines.map((line) => line.trim())).toContain(`~ ${path}`);
  });

  test("of nothing says so", () => {
    const kept = MIXED_PLAN.changes.filter(({ action }) => action === "keep");
    expect(frameOf(<PlanSummary document={planOf(kept)} />).at(-1)).toBe(
      "✓ No changes: 2 resources match the stack file.",
    );
    expect(frameOf(<PlanSummary document={planOf([])} />).at(-1)).toBe(
      "No resources exist, and none are defined.",
    );
  });

  test("has the usual names beside their values on 60 columns, whatever longer ones there are", () => {
    const plan = planOf([
      {
        address: "load-balancer/afterpay",
        action: "create",
        because: "",
        fields: [
          field("idleTimeout", { after: 60 }),
          field("healthCheck.unhealthyThreshold", { after: 2 }),
          field(`tags.${"x".repeat(30)}`, { after: "y" }),
        ],
      },
    ]);
    const lines = frameOf(<PlanSummary document={plan} />, { columns: 60 });
    expect(lines).toContain("    + healthCheck.unhealthy  2");
    expect(lines).toContain("    + idleTimeout            60 s");
  });

  test("leaves out what is set to nothing", () => {
    const plan = planOf([
      {
        address: "launch-template/afterpay",
        action: "create",
        because: "does not exist yet",
        fields: [field("keyName", { after: null }), field("instanceType", { after: "t3.micro" })],
      },
    ]);
    const frame = frameOf(<PlanSummary document={plan} />).join("\n");
    expect(frame).toContain("instanceType  t3.micro");
    expect(frame).not.toContain("keyName");
  });
});
