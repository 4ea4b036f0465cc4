import { expect, onTestFinished, test } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { lookUpInputs } from "../../src/cli/inputs.ts";
import { readStack } from "../../src/cli/read-stack.ts";
import { createSandbox } from "../../src/sandbox/sandbox.ts";
import { MINIMAL, Process } from "./process.ts";

test("no call for a fact is prepared before the requests of the sweeps have left", async () => {
  const { directory } = new Process({ "shop.yaml": MINIMAL });
  const read = await readStack("shop.yaml", directory);
  if (!("stack" in read)) throw new Error("the file is valid");
  const { requestHandler, clock, region } = await createSandbox({ speed: 1 });
  const asked: string[] = [];
  const clients = createClients({
    region,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler,
    onCall: ({ operation }) => asked.push(operation),
  });
  onTestFinished(() => clients.destroy());
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const environment = {
    clients,
    clock,
    region,
    apiCalls: () => asked.length,
    requestsSent: () => left,
    close: async () => {},
  };
  const looking = lookUpInputs({ ...read, file: "shop.yaml" }, environment, Promise.resolve([]));
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
  leave();
  expect((await looking).account).toMatch(/^\d{12}$/);
  expect(asked).toContain("ec2:DescribeSubnets");
});
