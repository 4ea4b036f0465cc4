import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { renderBuildScript } from "../../src/image/script.ts";
import { parseVerdict, type Verdict } from "../../src/image/verdict.ts";
import { openEndpoint } from "../aws/loopback.ts";
import { fullRecipe } from "../image/recipes.ts";
import { makeContainer, runContainer } from "./container.ts";
import { folder } from "./machine.ts";
import { sendFile } from "./packages.ts";
import { bodyOf, withBody } from "./rebuild.ts";
import { makeSigningKey, type SigningKey } from "./signing-key.ts";

// AWS's package itself cannot be reached from here. A package of the test's own takes its place, and a key its key's.
const place = `${folder}/session-agent`;
const agent = `${place}/amazon-ssm-agent.deb`;
let root = "";
let key: SigningKey;

beforeAll(() => {
  root = makeContainer("session-agent-container");
  rmSync(place, { recursive: true, force: true });
  key = makeSigningKey(`${place}/key`, "ssm-agent-signer@example.com");
  const other = makeSigningKey(`${place}/other`, "somebody@example.com");
  const tree = `${place}/tree`;
  mkdirSync(`${tree}/DEBIAN`, { recursive: true });
  mkdirSync(`${tree}/lib/systemd/system`, { recursive: true });
  writeFileSync(
    `${tree}/DEBIAN/control`,
    "Package: amazon-ssm-agent\nVersion: 3.3\nArchitecture: amd64\nMaintainer: test <test@example.com>\nDescription: test\n",
  );
  writeFileSync(
    `${tree}/lib/systemd/system/amazon-ssm-agent.service`,
    "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
  );
  execFileSync("dpkg-deb", ["--root-owner-group", "--build", tree, agent], { stdio: "ignore" });
  for (const [name, { home }] of [
    ["right", key],
    ["other", other],
  ] as const) {
    mkdirSync(`${place}/${name}`);
    copyFileSync(agent, `${place}/${name}/agent.deb`);
    const sign = ["--batch", "--homedir", home, "--detach-sign", "agent.deb"];
    execFileSync("gpg", sign, { cwd: `${place}/${name}`, stdio: "ignore" });
  }
  mkdirSync(`${place}/unsigned`);
  copyFileSync(agent, `${place}/unsigned/agent.deb`);
});

/** Builds with the package of that folder, and only with what the agent is about. */
async function build(name: string): Promise<Verdict> {
  const { url } = await openEndpoint(({ url: path }, response) =>
    sendFile(`${place}${path}`, response),
  );
  const { script: whole } = renderBuildScript({
    ...fullRecipe,
    family: "debian-12",
    packages: [],
    services: ["amazon-ssm-agent"],
    vendorAgent: true,
    application: undefined,
  });
  const binary = execFileSync("gpg", ["--homedir", key.home, "--export"]).toString("base64");
  const lines = bodyOf(whole)
    .filter((line) =>
      /session.agent|amazon-ssm-agent|^restart_system|^repeat_checks|^list_packages/.test(line),
    )
    .map((line) =>
      line
        .replace(/https:\S+ARCHITECTURE\S+/, `${url}/${name}/agent.deb`)
        .replace(/^(write_binary_file \/run\/session-agent\.gpg \S+ \S+) .*/, `$1 '${binary}'`),
    );
  const { script, hash } = withBody(whole, lines);
  const text = await runContainer({ root, script, network: "open", changes: "discarded" });
  return parseVerdict(text, hash);
}

test("the SSM Agent is installed from a package that its key has signed, and runs after a restart", async () => {
  const { state, checks, failure } = await build("right");
  expect({ failure, state }).toEqual({ failure: undefined, state: "passed" });
  expect(checks.map(({ id }) => id)).toEqual([
    "package:amazon-ssm-agent",
    "service:amazon-ssm-agent",
    "boot:service:amazon-ssm-agent",
  ]);
});

test.each([
  ["other", "gpgv: Can't check signature: No public key"],
  ["unsigned", "cannot download http"],
])("one of somebody else (%s) ends the build", async (name, why) => {
  const { failure } = await build(name);
  expect(failure?.where).toBe("install_session_agent");
  expect(failure?.output.join("\n")).toContain(why);
});
