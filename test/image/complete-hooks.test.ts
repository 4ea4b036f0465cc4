import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { describe, expect, test, vi } from "vitest";
import { completion, completions } from "./auto-scaling-endpoint.ts";
import { instance, patience, startServer } from "./hooks-server.ts";
import { serverKey } from "./instance-metadata.ts";

const missing = ["python3"].find((name) => spawnSync(name, ["--version"]).status !== 0);
const region = "ap-southeast-2";

describe.skipIf(missing !== undefined)(
  missing === undefined ? "a server's hooks" : `a server's hooks (needs ${missing})`,
  () => {
    test("for a launch: the program runs when the group waits, and the hook continues", async () => {
      const server = await startServer({ state: "Pending" });
      await vi.waitFor(() => expect(server.endpoint.calls.length).toBeGreaterThan(2), patience);
      expect(server.runs("launch")).toBe(0);
      server.endpoint.state = "Pending:Wait";
      await server.completes([completion("reconcile-launch", "CONTINUE", instance)]);
      expect(server.runs("launch")).toBe(1);
      expect(server.said()).toEqual([
        "launch runs",
        `${server.program("launch")} ended with status 0, and the launch hook is completed: CONTINUE`,
      ]);
    });

    test("are completed once, whatever the group says later", async () => {
      const server = await startServer({ state: "Pending:Wait" });
      await server.completes([completion("reconcile-launch", "CONTINUE", instance)]);
      server.endpoint.state = "Pending:Wait";
      const { length } = server.asked;
      await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(length + 10), patience);
      expect(completions(server.endpoint)).toHaveLength(1);
      expect(server.runs("launch")).toBe(1);
    });

    test.each([
      ["abandon", "exit 3", 3, "ABANDON"],
      ["continue", "exit 3", 3, "CONTINUE"],
      ["abandon", "kill -KILL $$", -9, "ABANDON"],
    ] as const)(
      "with failed: %s, after a program that ends by %s",
      async (failed, text, status, result) => {
        const server = await startServer({ state: "Pending:Wait", launch: text, failed });
        await server.completes([completion("reconcile-launch", result, instance)]);
        expect(server.said().at(-1)).toBe(
          `${server.program("launch")} ended with status ${status}, and the launch hook is completed: ${result}`,
        );
      },
    );

    test("whose program does not exist fail, and the journal says so", async () => {
      const server = await startServer({ state: "Pending:Wait" });
      await server.completes([completion("reconcile-launch", "CONTINUE", instance)]);
      const other = await startServer({ state: "Pending:Wait", launch: undefined });
      await other.completes([completion("reconcile-launch", "ABANDON", instance)]);
      expect(other.said().join("\n")).toMatch(/not found\n[\s\S]*ended with status 127/);
    });

    test("whose program hangs are left to the group, which kills the program when it goes on", async () => {
      const server = await startServer({
        state: "Pending:Wait",
        launch: "echo $$ >'PID'; exec sleep 1000",
      });
      const pid = await vi.waitFor(() => {
        const written = Number(readFileSync(server.file("PID"), "utf8"));
        expect(written).toBeGreaterThan(1);
        return written;
      }, patience);
      expect(isAlive(pid)).toBe(true);
      expect(completions(server.endpoint)).toEqual([]);
      server.endpoint.state = "InService";
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false), patience);
      await server.says(/still ran when the group waited no longer, and is killed$/);
      expect(completions(server.endpoint)).toEqual([]);
    });

    test("of a server that is to be terminated while its launch program runs: the other program runs", async () => {
      const server = await startServer({
        state: "Pending:Wait",
        launch: "exec sleep 1000",
        speed: 100,
      });
      await vi.waitFor(() => expect(server.endpoint.calls.length).toBeGreaterThan(0), patience);
      server.endpoint.state = "Terminating:Wait";
      server.items["autoscaling/target-lifecycle-state"] = "Terminated";
      await server.completes([completion("reconcile-terminate", "CONTINUE", instance)]);
      expect(server.runs("terminate")).toBe(1);
    });

    test("for a termination: the program runs when the group waits", async () => {
      const server = await startServer({ state: "InService" });
      await vi.waitFor(() => expect(server.endpoint.calls.length).toBe(1), patience);
      server.endpoint.state = "Terminating";
      server.items["autoscaling/target-lifecycle-state"] = "Terminated";
      await vi.waitFor(() => expect(server.endpoint.calls.length).toBeGreaterThan(2), patience);
      expect(server.runs("terminate")).toBe(0);
      server.endpoint.state = "Terminating:Wait";
      await server.completes([completion("reconcile-terminate", "CONTINUE", instance)]);
      expect([server.runs("launch"), server.runs("terminate")]).toEqual([0, 1]);
    });

    test.each(["Warmed:Stopped", "Warmed:Running", "Warmed:Hibernated"])(
      "of a server in a warm pool are completed there (%s), and again on its way into service",
      async (target) => {
        const server = await startServer({ state: "Warmed:Pending:Wait", target });
        const hook = completion("reconcile-launch", "CONTINUE", instance);
        server.endpoint.completed = () => {
          server.endpoint.state = target;
        };
        await server.completes([hook]);
        server.endpoint.state = "Pending:Wait";
        server.items["autoscaling/target-lifecycle-state"] = "InService";
        await server.completes([hook, hook]);
        expect(server.runs("launch")).toBe(2);
      },
    );

    test("of a server without a group are nobody's business", async () => {
      const server = await startServer({ state: undefined, target: undefined });
      await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(20), patience);
      expect(server.endpoint.calls).toEqual([]);
      expect(server.said()).toEqual([]);
    });

    test.each(["InService", "Standby", "Pending:Proceed", undefined])(
      "of a server that no hook holds (%s) run nothing, and ask once",
      async (state) => {
        const server = await startServer({ state });
        await vi.waitFor(() => expect(server.endpoint.calls).toHaveLength(1), patience);
        const { length } = server.asked;
        await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(length + 20), patience);
        expect(server.endpoint.calls).toEqual([
          { Action: "DescribeAutoScalingInstances", "InstanceIds.member.1": instance },
        ]);
        expect(server.said()).toEqual([]);
      },
    );

    test("that the image does not have are left to others", async () => {
      const server = await startServer({
        state: "Terminating:Wait",
        target: "Terminated",
        hooks: ["launch"],
      });
      await vi.waitFor(() => expect(server.endpoint.calls).toHaveLength(1), patience);
      const { length } = server.asked;
      await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(length + 20), patience);
      expect(server.endpoint.calls).toHaveLength(1);
    });

    test("wait for a role's credentials, and for what they may do", async () => {
      const server = await startServer({ state: "Pending:Wait", role: false });
      await server.says(
        /^the hooks of the server's group cannot be completed: the server has no role$/,
      );
      server.endpoint.refusals["DescribeAutoScalingInstances"] = ["AccessDenied", "not in XML"];
      server.endpoint.refusals["CompleteLifecycleAction"] = ["Throttling", "Throttling"];
      Object.assign(server.items, {
        "iam/security-credentials/": "shop",
        "iam/security-credentials/shop": JSON.stringify(serverKey),
      });
      await server.completes(
        [1, 2, 3].map(() => completion("reconcile-launch", "CONTINUE", instance)),
      );
      expect(server.runs("launch")).toBe(1);
      const cannot = "the hooks of the server's group cannot be completed: ";
      expect(server.said()).toEqual([
        `${cannot}the server has no role`,
        `${cannot}AccessDenied: no DescribeAutoScalingInstances`,
        `${cannot}HTTP Error 503: Service Unavailable`,
        "launch runs",
        `${cannot}Throttling: no CompleteLifecycleAction`,
        expect.stringMatching(/is completed: CONTINUE$/),
      ]);
    });

    test("that never succeed are one line in the journal, and end after two hours", async () => {
      const server = await startServer({ state: "Pending:Wait", role: false, speed: 20_000 });
      await server.says(
        /^the hooks of the server's group cannot be completed: the server has no role$/,
      );
      const asksForRole = () =>
        server.asked.filter(([, path]) => path?.includes("security-credentials")).length;
      await vi.waitFor(() => expect(asksForRole()).toBeGreaterThan(10), { timeout: 60_000 });
      await vi.waitFor(
        () => {
          const [before, all] = [asksForRole(), server.asked.length];
          return vi.waitFor(() => {
            expect(server.asked.length).toBeGreaterThan(all + 10);
            expect(asksForRole()).toBe(before);
          });
        },
        { timeout: 60_000 },
      );
      expect(server.said()).toHaveLength(1);
    }, 120_000);

    test("are completed by requests with the signature that AWS's own code makes", async () => {
      const server = await startServer({ state: "Pending:Wait" });
      await server.completes([completion("reconcile-launch", "CONTINUE", instance)]);
      const { headers = {}, body = "" } = server.endpoint.requests.at(-1) ?? {};
      const { authorization = "" } = headers;
      const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(";") ?? [];
      const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
      const credentials = {
        accessKeyId: serverKey.AccessKeyId,
        secretAccessKey: serverKey.SecretAccessKey,
        sessionToken: serverKey.Token,
      };
      const signer = await new AutoScalingClient({ region, credentials }).config.signer();
      const date = signed["x-amz-date"] ?? "";
      const signingDate = new Date(
        date.replace(/(....)(..)(..)T(..)(..)(..)Z/, "$1-$2-$3T$4:$5:$6Z"),
      );
      const expected = await signer.sign(
        {
          ...{ method: "POST", protocol: "http:", hostname: "127.0.0.1", path: "/", query: {} },
          ...{ headers: signed, body },
        },
        { signingDate },
      );
      expect(authorization).toBe(expected.headers["authorization"]);
      expect(headers["content-type"]).toBe("application/x-www-form-urlencoded");
    });
  },
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
