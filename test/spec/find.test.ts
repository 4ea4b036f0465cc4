import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findStackFile } from "../../src/spec/find.ts";

const STACK = "version: 1\nstack: a\nimage: { base: debian-12 }\nscaling: { min: 1 }\n";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reconcile-find-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

describe("the stack file of a folder", () => {
  test("afterpay.yaml goes before all others", async () => {
    await put({ "afterpay.yaml": "", "other.yaml": STACK });
    expect(await findStackFile(folder)).toEqual({ file: join(folder, "afterpay.yaml") });
  });

  test("the only stack file is meant, whatever other YAML is there", async () => {
    await put({ "compose.yaml": "services: {}\n", "shop.yml": STACK, "notes.txt": STACK });
    await mkdir(join(folder, "folder.yaml"));
    expect(await findStackFile(folder)).toEqual({ file: join(folder, "shop.yml") });
  });

  test("a stack file with a mistake in it is one all the same", async () => {
    await put({ "shop.yml": `${STACK}scaling: {\n` });
    expect(await findStackFile(folder)).toEqual({ file: join(folder, "shop.yml") });
  });

  test("several are an error that names them", async () => {
    await put({ "b.yaml": STACK, "a.yaml": STACK, "compose.yaml": "" });
    expect(await findStackFile(folder)).toEqual({
      problem: "this folder has several stack files: a.yaml, b.yaml",
      help: "Name the stack file to use, such as a.yaml.",
    });
  });

  test("none is an error that says what was looked at", async () => {
    expect(await findStackFile(folder)).toMatchObject({
      problem: expect.stringContaining("no other .yaml or .yml file"),
    });
    await put({ "compose.yaml": "services: {}\n" });
    expect(await findStackFile(folder)).toMatchObject({
      problem: expect.stringMatching(/fields at the top: compose\.yaml$/),
    });
  });

  test("a folder that is not there has none", async () => {
    expect(await findStackFile(join(folder, "nowhere"))).toMatchObject({
      problem: expect.stringContaining("no other .yaml or .yml file"),
    });
  });
});
