import { describe, expect, type TestContext, test, vi } from "vitest";
import { openHeldAccount } from "./held-account.ts";
import { exampleDirectory } from "./program.ts";
import { programUnderTest } from "./program-under-test.ts";
import { Terminal, type TerminalOptions } from "./terminal.ts";

const program = programUnderTest();

/** AWS's minutes in so many times fewer: fast enough to see the end. */
const FAST = "600";
/** Slow enough to look, and to press a key in between, on a busy machine: a build takes most of a minute. */
const SLOW = "10";
/** Some seconds for a build. */
const WATCHABLE = "120";

type StartOptions = Partial<TerminalOptions> & { readonly speed?: string };

/** Starts command lines in a directory of their own, each in a terminal of its own. */
function example(
  { onTestFinished }: Pick<TestContext, "onTestFinished">,
  edit: (file: string) => string = (file) => file,
) {
  const directory = exampleDirectory(edit);
  onTestFinished(() => directory.remove());
  return (line: string, options: StartOptions = {}): Terminal => {
    const { speed = FAST, env, ...rest } = options;
    // The shell that is there after the program tells how it left the terminal.
    const script = `"$NODE" "$PROGRAM" ${line}; echo "exit code $?"; stty -a | grep -oE -- '-?\\b(icanon|echo|isig)\\b' | tr '\\n' ' '`;
    const terminal = new Terminal(["/bin/sh", "-c", script], {
      cwd: directory.path,
      ...rest,
      env: {
        NODE: process.execPath,
        PROGRAM: program.path,
        RECONCILE_SANDBOX_SPEED: speed,
        ...env,
      },
    });
    onTestFinished(() => terminal.close());
    return terminal;
  };
}

/** Whatever the end, the keys work as before and the cursor is there. */
async function expectEnd(terminal: Terminal, code: number): Promise<string[]> {
  await terminal.exited;
  const lines = await terminal.lines();
  expect(lines).toContain(`exit code ${code}`);
  expect(lines.at(-1)?.split(" ").sort()).toEqual(["echo", "icanon", "isig"]);
  expect(terminal.isCursorVisible).toBe(true);
  return lines;
}

describe.concurrent("a terminal", () => {
  test.for([60, 80, 200])(
    "of %i columns shows the plan, the apply as it happens, and the URL",
    async (columns, context) => {
      const start = example(context);
      const plan = start("plan --sandbox", { columns });
      await expectEnd(plan, 0);
      const planned = await plan.lines();
      expect(planned[0]).toMatch(/^Stack afterpay in the sandbox, ap-southeast-2$/);
      for (const section of ["keyPair", "securityGroups", "image", "loadBalancer", "scaling"]) {
        expect(planned).toContain(section);
      }
      expect(planned.join("\n")).toMatch(/^ {2}\+ create {2}image\/afterpay: does not exist yet$/m);
      expect(planned.join("\n")).toMatch(/^Plan: 7 to create\.$/m);
      expect(planned.join("\n")).toMatch(/^ +\+ launchTemplate +\(known after apply\)$/m);

      const apply = start("apply --sandbox --yes", { columns, rows: 20, speed: WATCHABLE });
      const shown = await apply.shows(
        /^\S image\/afterpay +creating for [\s\S]*launch-template\/afterpay +waits for [\s\S]* \d+ %, \d of \d+ steps, about .* left$/m,
      );
      expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(columns);
      const lines = await expectEnd(apply, 0);
      expect(lines.join("\n")).toMatch(/^✓ image\/afterpay created in \d+ min/m);
      expect(lines.join("\n")).toMatch(/^✓ Done: 7 created in /m);
      expect(lines.join("").replaceAll(" ", "")).toMatch(/URLhttp:\/\/\S+elb\.amazonaws\.com/);
      // Where the URL finds no room beside its label, it is a line of its own, to be copied.
      if (columns < 100) expect(lines.join("\n")).toMatch(/^URL\nhttp:\/\/afterpay/m);
      // Nothing of what moved is left.
      expect(lines.join("\n")).not.toMatch(/ steps, about /);
    },
  );
});

describe("an apply", () => {
  test.for([
    [120, 60],
    [60, 120],
  ] as const)(
    "follows a resize from %i to %i columns",
    // A picture that is on its way when the terminal folds the last one leaves a row of it above: no
    // program can know. It is rare, and not what this is about.
    { retry: 2 },
    async ([before, after], context) => {
      const start = example(context);
      const apply = start("apply --sandbox --yes", { columns: before, rows: 30, speed: SLOW });
      await apply.shows(/image\/afterpay +creating for /);
      apply.resize(after, 16);
      // What was drawn before the program heard of it may be cut; then there is one picture that fits.
      await vi.waitFor(async () => {
        const screen = await apply.screen();
        expect(Math.max(...screen.map((line) => line.length))).toBeLessThanOrEqual(after);
        expect(screen.at(-1)).toMatch(/^━.* steps, about .* left$/);
        const lines = await apply.lines();
        expect(lines.filter((line) => line.includes(" steps, about "))).toHaveLength(1);
      }, 10_000);
      apply.type("\u0003\u0003");
      await apply.exited;
    },
  );

  /** An apply of which a change is in flight, and stays so until the account lets it go. */
  async function inFlight(context: TestContext, options: StartOptions = {}) {
    const account = await openHeldAccount();
    context.onTestFinished(() => account.close());
    const directory = exampleDirectory();
    context.onTestFinished(() => directory.remove());
    // Without a shell around it, which a second Ctrl-C would reach where the first was enough.
    const apply = new Terminal([process.execPath, program.path, "apply", "--yes"], {
      cwd: directory.path,
      ...options,
      env: account.env,
    });
    context.onTestFinished(() => apply.close());
    await account.reached;
    await apply.shows(/image\/afterpay +creating for /);
    return { account, apply };
  }

  const STOPPING = /^Stopping: \d+ steps? in progress\. Press Ctrl-C again to stop at once\.$/m;

  test.for<[name: string, interrupt: (apply: Terminal) => void]>([
    ["Ctrl-C", (apply) => apply.type("\u0003")],
    ["SIGTERM", (apply) => apply.signal("SIGTERM")],
  ])(
    "stops after %s when the calls in flight are finished",
    async ([_name, interrupt], context) => {
      const { account, apply } = await inFlight(context);
      interrupt(apply);
      expect((await apply.shows(STOPPING)).join("\n")).not.toMatch(/^✗ /m);
      account.letGo();
      expect(await apply.exited).toBe(130);
      const lines = (await apply.lines()).join("\n");
      expect(lines).toMatch(/^✗ Interrupted: /m);
      expect(lines).toMatch(/^Not done:\n(.+\n)* {2}create image\/afterpay: started, stopped/m);
      expect(lines).toMatch(/Completed changes are kept, [\s\S]*again\s+to\s+resume\.$/m);
      expect(lines).not.toMatch(STOPPING);
      expect(apply.isCursorVisible).toBe(true);
    },
  );

  test("stops at once after Ctrl-C twice, whatever is in flight", async (context) => {
    const { apply } = await inFlight(context);
    apply.type("\u0003");
    await apply.shows(STOPPING);
    apply.type("\u0003");
    expect(await apply.exited).toBe(130);
    expect((await apply.lines()).join(" ")).toMatch(
      /Interrupted: stopped at once\. The last requests/,
    );
    expect(apply.isCursorVisible).toBe(true);
  });

  test("stops at once after both at once", async (context) => {
    const { apply } = await inFlight(context);
    apply.type("\u0003\u0003");
    expect(await apply.exited).toBe(130);
  });

  test("that was interrupted goes on when run again", async (context) => {
    const start = example(context);
    const apply = start("apply --sandbox --yes", { speed: SLOW });
    await apply.shows(/image\/afterpay +creating for /);
    apply.type("\u0003");
    const lines = await expectEnd(apply, 130);
    expect(lines.join("\n")).toMatch(/^✗ Interrupted: /m);
    const again = start("apply --sandbox --yes");
    expect((await expectEnd(again, 0)).join("\n")).toMatch(/^✓ Done: /m);
    expect((await expectEnd(start("plan --sandbox --check"), 0)).join("\n")).toContain(
      "No changes",
    );
  });

  test("stops on Ctrl-Z with the terminal as it was, and goes on with fg", async (context) => {
    const directory = exampleDirectory();
    context.onTestFinished(() => directory.remove());
    // Between the program and the shell stands another process, as npx does.
    const script = `set -m
      /bin/sh -c '"$NODE" "$PROGRAM" apply --sandbox --yes; exit $?'
      echo "code $?"; stty -a | grep -oE -- '-?\\b(icanon|echo)\\b' | tr '\\n' ' '; read answer
      fg; echo "code $?"`;
    const apply = new Terminal(["/bin/sh", "-c", script], {
      cwd: directory.path,
      env: { NODE: process.execPath, PROGRAM: program.path, RECONCILE_SANDBOX_SPEED: SLOW },
    });
    context.onTestFinished(() => apply.close());
    await apply.shows(/image\/afterpay +creating for /);
    apply.type("\u001a");
    // 128 and the signal's number: it was stopped, and did not end.
    const stopped = await apply.shows(/^code 1(4[4-9]|5\d)\n(icanon echo|echo icanon)$/m);
    expect(stopped.join("\n")).not.toMatch(/ steps, /);
    expect(apply.isCursorVisible).toBe(true);
    apply.type("\r");
    await apply.shows(/icanon[\s\S]* steps, /);
    apply.type("\u0003");
    await apply.shows(/^✗ Interrupted: [\s\S]*^code 130$/m);
  });

  test("that fails names the cause, and leaves the terminal as it was", async (context) => {
    const start = example(context, (file) => file.replace(/verify: \[.*\]/, "verify: [exit 7]"));
    const lines = (await expectEnd(start("apply --sandbox --yes"), 1)).join("\n");
    expect(lines).toMatch(/^✗ image\/afterpay could not be created$/m);
    expect(lines.match(/^Error: image\/afterpay could not be created:$/gm)).toHaveLength(1);
    expect(lines).toContain("The image build failed: check verify:1 failed.");
    expect(lines).toContain("ran: exit 7");
    expect(lines).toMatch(
      /^Not started, because of the failure:\n {2}create launch-template\/afterpay$/m,
    );
    expect(lines).toMatch(/^Completed:$/m);
    expect(lines).toMatch(/again\s+to\s+resume\.$/m);
  });

  test("asks before it changes anything, and takes no for an answer", async (context) => {
    const start = example(context);
    const apply = start("apply --sandbox");
    await apply.shows(
      /This will create 7 resources of stack afterpay[^?]*Do you want to continue\?/,
    );
    apply.type("n\r");
    const lines = await expectEnd(apply, 1);
    expect(lines).toContain("Nothing has changed.");
    const plan = start("plan --sandbox --check");
    await expectEnd(plan, 2);
  });

  test("left by Ctrl-C at its question has changed nothing", async (context) => {
    const start = example(context);
    const apply = start("apply --sandbox");
    await apply.shows(/Do you want to continue\?/);
    apply.type("\u0003");
    await expectEnd(apply, 130);
  });
});

test("destroy wants the stack's name, status shows what there is", async (context) => {
  const start = example(context);
  await expectEnd(start("apply --sandbox --yes"), 0);

  const status = (await expectEnd(start("status --sandbox", { columns: 120 }), 0)).join("\n");
  expect(status).toMatch(/^ +RESOURCE +STATUS +ID$/m);
  expect(status).toMatch(/^ +SERVER +LIFECYCLE +HEALTH +ZONE +ADDRESS +AGE +IMAGE$/m);
  expect(
    status.match(/^✓ i-[0-9a-f]+ +InService +InService +ap-southeast-2[a-c] .* +ami-[0-9a-f]+$/gm),
  ).toHaveLength(2);
  expect(status).toMatch(/^URL +http:/m);

  const refused = start("destroy --sandbox");
  await refused.shows(/type the stack's name,\s+afterpay:/);
  refused.type("yes\r");
  expect(await expectEnd(refused, 1)).toContain("Nothing has changed.");

  const destroy = start("destroy --sandbox");
  await destroy.shows(/type the stack's name,\s+afterpay:/);
  const asked = (await destroy.lines()).join(" ");
  expect(asked).toContain("This cannot be undone");
  destroy.type("afterpay\r");
  expect((await expectEnd(destroy, 0)).join("\n")).toMatch(/^✓ Done: 7 deleted/m);
});

describe.concurrent("a terminal that can or should not show pictures", () => {
  const ESCAPE = "\u001b";

  test.for<[why: string, env: Record<string, string>, option: string]>([
    ["TERM=dumb", { TERM: "dumb" }, ""],
    ["a screen reader", { INK_SCREEN_READER: "true", NO_COLOR: "1" }, ""],
    ["CI", { CI: "true" }, ""],
    ["--verbose", { NO_COLOR: "1" }, "--verbose"],
  ])("%s: plain lines alone", async ([_why, env, option], context) => {
    const start = example(context);
    const plan = start(`plan --sandbox ${option}`, { env });
    const lines = await expectEnd(plan, 0);
    expect(plan.written).not.toContain(ESCAPE);
    expect(lines.join("\n")).toMatch(/^Plan: 7 to create\.$/m);
  });

  test("CI: no question that nobody would answer", async (context) => {
    const start = example(context);
    for (const command of ["apply", "destroy"]) {
      const asking = start(`${command} --sandbox`, { env: { CI: "1" } });
      const lines = await expectEnd(asking, 1);
      expect(lines.join("\n")).toContain(
        `${command} does not ask for approval if CI is set, so it needs --yes`,
      );
      expect(asking.written).not.toContain(ESCAPE);
    }
  });

  test.for(["false", ""])("CI=%s is no CI: a picture", async (value, context) => {
    const plan = example(context)("plan --sandbox", { env: { CI: value } });
    await expectEnd(plan, 0);
    expect(plan.written).toContain(`${ESCAPE}[?25l`);
  });

  test.for<[why: string, env: Record<string, string>, option: string]>([
    ["NO_COLOR", { NO_COLOR: "1" }, ""],
    ["--no-color", {}, "--no-color"],
  ])("%s: a picture without colour", async ([_why, env, option], context) => {
    const start = example(context);
    const plan = start(`plan --sandbox ${option}`, { env });
    await expectEnd(plan, 0);
    const codes = [...plan.written.matchAll(/\[([\d;]*)m/g).map(([, code]) => code)];
    expect(codes.filter((code) => code !== "1" && code !== "22")).toEqual([]);
  });

  test("any other: with colour", async (context) => {
    const plan = example(context)("plan --sandbox");
    await expectEnd(plan, 0);
    expect(plan.written).toContain(`${ESCAPE}[32m`);
  });
});

test("what is wrong with the file leaves the terminal as it was", async (context) => {
  const start = example(context);
  const plan = start("plan nowhere.yaml --sandbox");
  const lines = await expectEnd(plan, 1);
  expect(lines.join("\n")).toMatch(/^Error: .*nowhere\.yaml/m);
});
