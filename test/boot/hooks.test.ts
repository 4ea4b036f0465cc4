import { beforeAll, describe, expect, test } from "vitest";
import type { ImageRecipe } from "../../src/image/recipe.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { fullRecipe } from "../image/recipes.ts";
import { type ContainerRun, makeContainer, runContainer } from "./container.ts";
import { bodyOf, withBody } from "./rebuild.ts";

const program = (word: string) =>
  Buffer.from(`#!/bin/sh\necho "$(id -un) $HOME ${word}"\ntouch /run/${word}\n`);

/** The condition of the service is not met while the image is built: before and after the restart. */
const doesNotRun =
  '[ "$(systemctl show --property ConditionResult,ActiveState --value reconcile-hooks | sort | paste -s)" = "inactive\tno" ] && [ ! -e /run/warm ]';

const recipe: ImageRecipe = {
  ...fullRecipe,
  ...{ family: "debian-12", release: "20251112-2294", packages: [], services: [] },
  // Unused here: the commands of these tests need its function.
  run: ["true"],
  application: undefined,
  files: [
    { path: "/usr/local/bin/warm-up", content: program("warm"), mode: "0755" },
    { path: "/usr/local/bin/flush", content: program("flushed"), mode: "0755" },
  ],
  verify: [doesNotRun],
  hooks: {
    launch: { run: "/usr/local/bin/warm-up", failed: "abandon" },
    terminate: { run: "/usr/local/bin/flush", failed: "continue" },
  },
};

const { script: whole } = renderBuildScript(recipe);

/** Of the build what this is about. */
const lines = bodyOf(whole).filter((line) =>
  /^(write_text_file \/(opt\/reconcile|usr\/local)\/|write_text_file \S+reconcile-hooks|enable_services|check(_twice)? (hooks?|verify|file):|restart_system|repeat_checks)/.test(
    line,
  ),
);
const checks = lines
  .filter((line) => /^check(_twice)? hooks?:/.test(line))
  .map((line) => line.replace("check_twice", "check"));

let root = "";

beforeAll(() => {
  root = makeContainer("hooks");
});

async function run(
  body: readonly string[],
  changes: ContainerRun["changes"] = "discarded",
): Promise<Verdict> {
  const { script, hash } = withBody(whole, body);
  return parseVerdict(await runContainer({ root, script, network: "closed", changes }), hash);
}

const command = (text: string) =>
  `run_command ${text
    .split("\n")
    .map((line) => `'${line.replaceAll("'", "'\\''")}'`)
    .join(" ")}`;

/** Stands for the metadata of an instance and for Auto Scaling. It reads what it says from files, and notes all calls. */
const surroundings = `
import http.server, json, urllib.parse

def text(path):
    try:
        return open(path).read().strip()
    except FileNotFoundError:
        return None

class Answers(http.server.BaseHTTPRequestHandler):
    def say(self, content):
        self.send_response(404 if content is None else 200)
        self.end_headers()
        self.wfile.write((content or "").encode())

    def do_PUT(self):
        self.say("token")

    def do_GET(self):
        self.say({
            "instance-id": "i-1",
            "placement/region": "eu-west-1",
            "services/domain": "amazonaws.com",
            "iam/security-credentials/": "shop",
            "iam/security-credentials/shop": json.dumps({"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c"}),
            "autoscaling/target-lifecycle-state": text("/run/target"),
        }.get(self.path.replace("/latest/meta-data/", "")))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        call = dict(urllib.parse.parse_qsl(body))
        if call["Action"] == "CompleteLifecycleAction":
            open("/run/state", "w").write("InService")
            print(call["AutoScalingGroupName"], call["LifecycleHookName"], call["InstanceId"], call["LifecycleActionResult"], file=open("/run/calls", "a"), flush=True)
        self.say(f'<a xmlns="x"><AutoScalingGroupName>shop</AutoScalingGroupName><LifecycleState>{text("/run/state")}</LifecycleState></a>')

http.server.ThreadingHTTPServer(("127.0.0.1", 8081), Answers).serve_forever()
`;

/** From here on, the machine is a server and no builder. */
const asServer = `
mv /var/lib/reconcile /var/lib/aside
cat >/run/surroundings.py <<'END'
${surroundings}
END
echo InService >/run/target
echo Pending >/run/state
systemd-run --quiet python3 /run/surroundings.py
until (: <>/dev/tcp/127.0.0.1/8081) 2>/dev/null; do sleep 0.1; done
mkdir -p /run/systemd/system/reconcile-hooks.service.d
printf '[Service]\\nEnvironment=AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:8081 AWS_ENDPOINT_URL=http://127.0.0.1:8081\\n' >/run/systemd/system/reconcile-hooks.service.d/here.conf
systemctl daemon-reload
systemctl restart reconcile-hooks
[ ! -e /run/warm ]
echo Pending:Wait >/run/state
timeout 60 sh -c 'until grep -qx "shop reconcile-launch i-1 CONTINUE" /run/calls 2>/dev/null; do sleep 0.1; done' || { journalctl -u reconcile-hooks -o cat; exit 1; }
journalctl -u reconcile-hooks -o cat | grep -x 'root /root warm'
[ ! -e /run/flushed ]
echo Terminating:Wait >/run/state
echo Terminated >/run/target
timeout 60 sh -c 'until grep -qx "shop reconcile-terminate i-1 CONTINUE" /run/calls 2>/dev/null; do sleep 0.1; done' || { journalctl -u reconcile-hooks -o cat; exit 1; }
journalctl -u reconcile-hooks -o cat | grep -x 'root /root flushed'
mv /var/lib/aside /var/lib/reconcile`;

describe("an image with lifecycle hooks", () => {
  test("is built without running them, and verified before and after the restart", async () => {
    const verdict = await run(lines, "kept");
    expect(verdict).toMatchObject({ state: "passed" });
    const ids = verdict.checks.map(({ id }) => id);
    for (const id of ["hook:launch", "hook:terminate", "verify:1"]) {
      expect(ids).toEqual(expect.arrayContaining([id, `boot:${id}`]));
    }
    expect(ids).toContain("hooks:boot");
  });

  test("completes them on a server, with the programs run by root", async () => {
    expect(await run([command(asServer)])).toMatchObject({ state: "passed" });
  });

  const sabotages: readonly (readonly [check: string, sabotage: string, seen: RegExp])[] = [
    ["hook:launch", "rm /usr/local/bin/warm-up", /No such file or directory/],
    ["hook:terminate", "chmod 0644 /usr/local/bin/flush", /^-rw-r--r--/],
    ["hooks:boot", "systemctl disable reconcile-hooks", /^disabled$/],
    [
      "hooks:boot",
      "ln -sf /dev/null /etc/systemd/system/reconcile-hooks.service; systemctl daemon-reload",
      /^masked$/,
    ],
  ];

  test.concurrent.each(sabotages)("fails %s alone after: %s", async (id, sabotage, seen) => {
    const verdict = await run([command(sabotage), ...checks]);
    const failed = verdict.checks.filter(({ passed }) => !passed);
    expect(failed.map((each) => each.id)).toEqual([id]);
    expect(failed[0]?.seen).toContainEqual(expect.stringMatching(seen));
  });

  test("fails if others than root can change what it runs as root", async () => {
    const writable = bodyOf(whole).find((line) => line.includes(" integrity:writable ")) ?? "";
    const verdict = await run([
      writable.replace("check_twice integrity", "check before"),
      command("chgrp nogroup /usr/local/bin/warm-up; chmod g+w /usr/local/bin/warm-up"),
      writable.replace("check_twice", "check"),
    ]);
    const failed = verdict.checks.filter(({ passed }) => !passed);
    expect(failed.map(({ id }) => id)).toEqual(["integrity:writable"]);
    expect(failed[0]?.seen.join("\n")).toContain("/usr/local/bin/warm-up");
  });
});
