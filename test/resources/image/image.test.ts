import { gunzipSync } from "node:zlib";
import { DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, test } from "vitest";
import { readPurl } from "../../../src/image/packages.ts";
import { readBill } from "../../../src/resources/image/bill.ts";
import { image } from "../../../src/resources/image/index.ts";
import type { ImageFields } from "../../../src/resources/image/live.ts";
import { MOST_TAGS } from "../../../src/spec/heading/schema.ts";
import { type Account, openAccount, target, theOnly } from "../account.ts";
import { fieldsIn } from "./fields.ts";

const made = target(image, "afterpay-12345678");

/** What is there of it in the end, whatever happened on the way. */
function leftovers(account: Account) {
  const { inventory } = account.sandbox;
  return Object.fromEntries(
    Object.entries(inventory()).map(([type, objects]) => [type, objects.length]),
  );
}

describe("an image", () => {
  test("is built by a machine without a way in, and only the image is left", async () => {
    const account = await openAccount();
    const before = leftovers(account);
    const fields = await fieldsIn(account);
    const runs: Record<string, unknown>[] = [];
    account.sandbox.observe(({ operation, input }) => {
      if (operation === "RunInstances") runs.push(input as Record<string, unknown>);
    });
    const live = await account.pass(image.create(account.context, made, fields));
    expect(live).toEqual(await theOnly(account, image));
    expect(live).toMatchObject({ status: "ready", physicalName: made.physicalName });
    const { packages, sources, services, files, run, verify, allow, environment, application } =
      live.fields;
    const texts = {
      ...{ packages, sources, services, files, run, verify, allow, environment, application },
      ansible: "",
    };
    const told = { ...fields, userData: null, builder: null, texts };
    const { bill = "", ...others } = live.fields;
    expect(image.normalize(others)).toEqual(told);
    const names = readBill(bill)?.map((purl) => readPurl(purl)?.name);
    expect(names).toEqual(expect.arrayContaining(["bash", ...packages.split(" ")]));
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      InstanceInitiatedShutdownBehavior: "stop",
      MetadataOptions: { HttpTokens: "required" },
      BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
    });
    expect(runs[0]).not.toHaveProperty("KeyName");
    expect(runs[0]).not.toHaveProperty("IamInstanceProfile");
    expect(account.told.some((line) => /^building: .* \d+\/\d+$/.test(line))).toBe(true);
    await account.pass(image.delete(account.context, live));
    expect(leftovers(account)).toEqual(before);
  });

  test("tells from what it was built, and each check that it passed", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const { outputs } = await account.pass(image.create(account.context, made, fields));
    const { userData } = fields;
    const script = gunzipSync(Buffer.from(userData ?? "", "base64")).toString("utf8");
    // A promise that is verified again after the restart counts once.
    const promised = [...script.matchAll(/^check(?:_twice)? ([^ ]+)/gm)].map(([, id]) => id);
    expect(promised.length).toBeGreaterThan(10);
    expect(outputs).toMatchObject({
      family: "amazon-linux-2023",
      base: fields.base,
      release: fields.release,
      checksPassed: promised.length,
    });
    expect([...(outputs.checks ?? [])].sort()).toEqual(promised.toSorted());
    expect(Date.parse(outputs.builtAt ?? "")).toBeGreaterThan(0);
    const described = await account.pass(
      account.clients.ec2.send(new DescribeImagesCommand({ ImageIds: [outputs.id] })),
    );
    expect(described.Images?.[0]?.Description).toMatch(
      new RegExp(`, ${promised.length} checks passed$`),
    );
  });

  test("bears as many tags as a stack file may have", async () => {
    const account = await openAccount();
    const tags = Object.fromEntries(
      Array.from({ length: MOST_TAGS }, (_, index) => [`tag-${index}`, "value"]),
    );
    const fields = { ...(await fieldsIn(account)), tags };
    const live = await account.pass(image.create(account.context, made, fields));
    expect(live.fields.tags).toEqual(tags);
  });

  test("whose build fails is none: the error shows the step, nothing is left", async () => {
    const account = await openAccount();
    const before = leftovers(account);
    const fields = await fieldsIn(account, ["exit 7"]);
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({ code: "BuildFailed" });
    await expect(building).rejects.toThrow(/failed at step run_command 1\.\n {2}ran: exit 7/);
    expect(leftovers(account)).toEqual(before);
    expect(await account.pass(image.discover(account.context))).toEqual([]);
  });

  test("that fails checks is told with each of them, and without what passed", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account, [], ["exit 7", "true", "exit 8"]);
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({
      message: [
        "The image build failed: checks verify:1 and verify:3 failed.",
        "  check verify:1",
        "    ran: exit 7",
        "  check verify:3",
        "    ran: exit 8",
      ].join("\n"),
      consoleOutput: [],
    });
  });

  test("whose verdict is there before all of the console is waits for the rest of it", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    let cut = 0;
    account.clients.ec2.middlewareStack.add(
      (next, { commandName }) =>
        async (call) => {
          const answer = await next(call);
          const { Output = "" } = answer.output as { Output?: string };
          const text = Buffer.from(Output, "base64").toString();
          if (commandName !== "GetConsoleOutputCommand" || !/ verdict passed /.test(text)) {
            return answer;
          }
          cut += 1;
          if (cut > 3) return answer;
          const rest = text.replace(/^.* pass package:mtr .*$/gm, "");
          const shown = Buffer.from(rest).toString("base64");
          return { ...answer, output: { ...answer.output, Output: shown } };
        },
      { step: "initialize" },
    );
    const live = await account.pass(image.create(account.context, made, fields));
    expect(cut).toBe(4);
    expect(account.told).toContain("the console is not complete yet");
    expect(live.status).toBe("ready");
  });

  test("whose console is posted late, as of a type that cannot show this moment's, is waited for", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const builder = { ...fields.builder, instanceType: "t2.micro" } as ImageFields["builder"];
    const live = await account.pass(image.create(account.context, made, { ...fields, builder }));
    expect(
      account.told.some((line) => /^the console (shows no build|is not complete) yet$/.test(line)),
    ).toBe(true);
    expect(live.status).toBe("ready");
  });

  test("whose builder hangs is given up after its time", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const before = leftovers(account);
    account.sandbox.setFaults({ rules: [{ happening: "guest-hangs" }] });
    const started = account.context.clock.now();
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({ code: "BuildTimedOut" });
    expect(account.context.clock.now() - started).toBeLessThan(45 * 60_000);
    expect(leftovers(account)).toEqual(before);
  });

  test.each([
    [
      "does not come back from its restart",
      "guest-lost",
      "BuildTimedOut",
      "began: restart_system (",
    ],
    ["restarts once more", "guest-restarts", "BuildFailed", "restart"],
  ] as const)("whose builder %s has failed", async (_, happening, code, told) => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const before = leftovers(account);
    account.sandbox.setFaults({ rules: [{ happening }] });
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({ code, message: expect.stringContaining(told) });
    // More time would help neither.
    await expect(building).rejects.not.toMatchObject({
      remedy: expect.stringContaining("builder.timeout"),
    });
    expect(leftovers(account)).toEqual(before);
  });

  test("whose builder somebody terminated says so, and leaves nothing", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const before = leftovers(account);
    account.sandbox.observe(({ operation, input }) => {
      if (operation !== "GetConsoleOutput") return;
      const InstanceIds = [input["InstanceId"]];
      void account.sandbox.call("ec2", "TerminateInstances", { InstanceIds });
    });
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({ code: "BuilderTerminated" });
    expect(leftovers(account)).toEqual(before);
  });

  test("that AWS cannot make is cleaned up", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const before = leftovers(account);
    account.sandbox.setFaults({ rules: [{ happening: "image-fails", times: 1 }] });
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({ code: "ImageFailed" });
    expect(leftovers(account)).toEqual(before);
  });

  test("without capacity for its builder leaves nothing, and says what to do", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const before = leftovers(account);
    account.sandbox.setFaults({ rules: [{ happening: "capacity" }] });
    const building = account.pass(image.create(account.context, made, fields));
    await expect(building).rejects.toMatchObject({ kind: "capacity" });
    expect(leftovers(account)).toEqual(before);
  });

  test("is gone on with wherever its making was interrupted, and costs one builder", async () => {
    const reached = new Set<string>();
    for (let minutes = 0; minutes < 16; minutes += 1) {
      const account = await openAccount();
      const fields = await fieldsIn(account);
      // A call repeated with its token is answered with the same instance.
      const builders = new Set<unknown>();
      account.sandbox.observe(({ operation, output }) => {
        if (operation !== "RunInstances" || output === undefined) return;
        const { Instances } = output as { Instances: { InstanceId: string }[] };
        builders.add(Instances[0]?.InstanceId);
      });
      const first = image.create(account.context, made, fields).catch(() => {});
      await account.pass(account.context.clock.sleep(minutes * 60_000 + 1_000));
      account.interrupt();
      await account.pass(first);
      const second = account.another();
      const [found] = await account.pass(image.discover(second));
      reached.add(found?.statusReason ?? found?.status ?? "nothing");
      const live = await account.pass(image.create(second, made, fields));
      expect(live).toEqual(await theOnly(account, image));
      expect(live.fields.bill).toBeDefined();
      expect(builders.size, `interrupted after ${minutes} minutes`).toBe(1);
      await account.pass(image.delete(second, live));
    }
    expect([...reached]).toEqual(
      expect.arrayContaining(["its builder is running", "AWS is creating the image", "ready"]),
    );
  });

  test("deregistered by hand leaves snapshots: they are seen, and removed", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const before = leftovers(account);
    const live = await account.pass(image.create(account.context, made, fields));
    await account.sandbox.call("ec2", "DeregisterImage", { ImageId: live.id });
    await account.pass(account.context.clock.sleep(60_000));
    const orphan = await theOnly(account, image);
    expect(orphan).toMatchObject({ status: "failed", physicalName: made.physicalName });
    await account.pass(image.delete(account.context, orphan));
    expect(leftovers(account)).toEqual(before);
  });

  test("of somebody else with that name is named, and not taken", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const theirs = { ...account.context, stack: "theirs" };
    await account.pass(image.create(theirs, made, fields));
    const found = await account.pass(image.findForeign(account.context, [{ ...made, fields }]));
    expect(found).toMatchObject([{ physicalName: made.physicalName }]);
  });

  test("keeps other people's tags when ours change, on its snapshots too", async () => {
    const account = await openAccount();
    const fields = await fieldsIn(account);
    const live = await account.pass(image.create(account.context, made, fields));
    const wanted = { ...fields, tags: { stage: "test" } };
    await account.pass(image.update(account.context, live, wanted, ["tags"]));
    await account.pass(account.context.clock.sleep(60_000));
    expect((await theOnly(account, image)).fields.tags).toEqual({ stage: "test" });
    const snapshots = await account.sandbox.call("ec2", "DescribeSnapshots", {
      OwnerIds: ["self"],
    });
    expect(JSON.stringify(snapshots)).toContain("stage");
    expect(JSON.stringify(snapshots)).not.toContain("payments");
  });
});
