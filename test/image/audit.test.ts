import { describe, expect, test } from "vitest";
import { auditRuleCount, auditRules } from "../../src/image/audit-rules.ts";
import { families } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const script = renderBuildScript({ ...fullRecipe, family: "debian-12", audit: true }).script;

describe("auditing", () => {
  test.each(families)("is in the build of %s only if the file asks for it", (family) => {
    const audited = renderBuildScript({ ...fullRecipe, family, audit: true });
    expect(audited.script).toMatch(/^install_packages .* auditd?$/m);
    expect(audited.script).toMatch(/^set_boot_arguments .* audit=1 /m);
    expect(audited.script).toMatch(/^check audit kernel_audits \d+$/m);
    expect(audited.checks.map(({ id }) => id)).toContain("audit");
    expect(renderBuildScript({ ...fullRecipe, family }).script).not.toContain("audit");
  });

  test("needs no strong hardening", () => {
    const basic = renderBuildScript({ ...fullRecipe, hardening: "basic", audit: true }).script;
    expect(basic).toMatch(/^set_boot_arguments audit=1 audit_backlog_limit=8192$/m);
  });

  test("has rules that auditctl can read on both architectures, and closes them last", () => {
    for (const rule of auditRules.slice(2, -1)) {
      expect(rule).toMatch(
        /^(-w \/[\w./]+ -p (wa|x) -k \w+|-a always,exit -F arch=b64 -S [a-z_,]+( -[CF] [a-z]+[!>]?=[\w]+)* -F key=\w+)$/,
      );
      // System calls of x86_64 alone, which arm64's auditctl refuses.
      expect(rule).not.toMatch(/-S .*\b(chmod|chown|lchown|open|creat|unlink|rename|rmdir)\b/);
    }
    expect(auditRules.at(-1)).toBe("-e 2");
    expect(auditRuleCount).toBe(auditRules.length - 3);
  });
});

describeWithBash("the check of auditing", () => {
  // Without the settings: "-D", "-b" and "-e".
  const loaded = auditRules.slice(2, -1);
  const usual = { service: "active", rules: loaded, enabled: "2" };

  function seenWith(change: Partial<typeof usual>): readonly string[] {
    const { service, rules, enabled } = { ...usual, ...change };
    const system = new ScratchSystem();
    system.program("systemctl", `echo ${service}; [ ${service} = active ]`);
    system.program(
      "auditctl",
      `if [ "$1" = -s ]; then printf 'enabled ${enabled}\\nfailure 1\\n'; else printf '%s\\n' ${rules.map((rule) => `'${rule}'`).join(" ")}; fi`,
    );
    system.inside(script, `check 'audit' kernel_audits '${auditRuleCount}'`);
    expect(system.said("pass")).toHaveLength(system.said("fail").length === 0 ? 1 : 0);
    return system.said("seen");
  }

  test("passes when auditd runs and the kernel has the rules", () => {
    expect(seenWith({})).toEqual([]);
    // Rules of a package or of the user's own come on top.
    expect(seenWith({ rules: [...loaded, "-w /srv -p wa -k own"] })).toEqual([]);
  });

  test.each([
    ["auditd does not run", { service: "failed" }, "failed"],
    ["the kernel records nothing", { enabled: "0" }, "enabled 0"],
    ["the rules can be changed", { enabled: "1" }, "enabled 1"],
    ["a rule was not loaded", { rules: loaded.slice(1) }, "the kernel has not all rules:"],
    ["no rule was loaded", { rules: ["No rules"] }, "No rules"],
    [
      "a rule of another file keeps somebody out",
      { rules: ["-a never,exit -S all -F uid=1000", ...loaded] },
      "-a never,exit -S all -F uid=1000",
    ],
  ])("fails when %s", (_, change, seen) => {
    expect(seenWith(change)).toContain(seen);
  });
});
