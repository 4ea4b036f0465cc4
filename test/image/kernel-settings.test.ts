import { describe, expect, test } from "vitest";
import { kernelSettingsFor, replacedSettings } from "../../src/image/kernel-settings.ts";

const strong = { hardening: "strong", ipv6: "disabled" } as const;
const nameOf = (setting: string) => setting.replace(/^-/, "").replace(/=.*$/, "");

describe("the kernel settings of a stack file", () => {
  test("stand in the place of the hardening's own, or behind them", () => {
    const plain = kernelSettingsFor({ ...strong, kernel: {} });
    const kernel = { "net.ipv4.ip_forward": "1", "vm.swappiness": "10" };
    const settings = kernelSettingsFor({ ...strong, kernel });
    expect(settings).toContain("net.ipv4.ip_forward=1");
    expect(settings).not.toContain("net.ipv4.ip_forward=0");
    // The kernel resets others when it begins to forward, so the order stays.
    expect(settings.map(nameOf)).toEqual([...plain.map(nameOf), "vm.swappiness"]);
    expect(new Set(settings.map(nameOf)).size).toBe(settings.length);
  });

  test("must exist, also where the hardening takes a kernel without the setting", () => {
    const kernel = { "kernel.yama.ptrace_scope": "2" };
    expect(kernelSettingsFor({ ...strong, kernel })).toContain("kernel.yama.ptrace_scope=2");
    expect(kernelSettingsFor({ ...strong, kernel: {} })).toContain("-kernel.yama.ptrace_scope=1");
  });

  test.each([
    [{ all: "2", default: "0" }, "0"],
    [{ all: "2" }, "2"],
    [{ default: "2" }, "2"],
    [{}, "1"],
  ])("count for every interface too: %j", (values, expected) => {
    const kernel = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`net.ipv4.conf.${name}.rp_filter`, value]),
    );
    expect(kernelSettingsFor({ ...strong, kernel })).toContain(
      `net.ipv4.conf.*.rp_filter=${expected}`,
    );
  });

  test("replace what differs from the hardening", () => {
    const kernel = {
      "net.ipv4.ip_forward": "1",
      "kernel.perf_event_paranoid": "2",
      "net.ipv4.tcp_syncookies": "1",
      "vm.swappiness": "10",
    };
    expect([...replacedSettings(kernel, strong)]).toEqual([
      ["net.ipv4.ip_forward", "0"],
      ["kernel.perf_event_paranoid", "4"],
    ]);
    expect([...replacedSettings(kernel, { ...strong, hardening: "basic" })]).toEqual([
      ["net.ipv4.ip_forward", "0"],
    ]);
  });
});
