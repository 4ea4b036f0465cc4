import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isPrivateKey } from "../../src/packing/doubts.ts";
import { readDirectory } from "../../src/packing/read-directory.ts";
import { encodePrivateKey } from "../../src/resources/shared/open-ssh-key.ts";
import { directoryOf, type Made } from "./directory.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = String(privateKey.export({ type: "pkcs8", format: "pem" }));

async function refusal(files: Readonly<Record<string, Made>>): Promise<string> {
  const error = await readDirectory(directoryOf({ "app.py": "", ...files })).catch(
    (thrown) => thrown,
  );
  return error instanceof Error ? error.message : "packed";
}

async function warnings(files: Readonly<Record<string, Made>>): Promise<readonly string[]> {
  const folder = directoryOf({ "app.py": "", ...files });
  const found = (await readDirectory(folder)).warnings;
  expect(found.every(({ help }) => /^[A-Z].*[^ ]$/.test(help))).toBe(true);
  return found.map(({ message }) => message.replaceAll(`${folder}/`, "").replaceAll(folder, "."));
}

describe("a file with environment variables", () => {
  test.each([".env", "config/.env", ".env.local", ".env.production", ".ENV"])(
    "%s is refused",
    async (path) => {
      expect(await refusal({ [path]: "KEY=1" })).toContain(
        `/${path}: a file of this name usually holds secrets`,
      );
    },
  );

  test.each([".env.example", ".env.sample", "env", "my.env", ".environment"])(
    "%s is packed",
    async (path) => {
      expect(await refusal({ [path]: "KEY=" })).toBe("packed");
    },
  );

  test("is packed if a .reconcileignore says so, and not if a .gitignore does", async () => {
    const files = { ".env": "PORT=80" };
    expect(await refusal({ ...files, ".reconcileignore": "!.env" })).toBe("packed");
    expect(await refusal({ ...files, ".gitignore": ".*\n!.env" })).toContain("/.env: ");
  });

  test.each([
    ["!.env", ".env"],
    ["!config/.env", "config/.env"],
    ["!/config/.env  ", "config/.env"],
    ["!c*/.env", "config/.env"],
    ["!.env\n!*", ".env"],
    ["!\\[a]/.env.\\*", "[a]/.env.*"],
  ])("is packed with the line %j, which names %s", async (line, path) => {
    const files = { [path]: "PORT=80", ".gitignore": ".env*", ".reconcileignore": line };
    expect(await refusal(files)).toBe("packed");
  });

  test.each(["!*", "!**", "!.*", "!.en?", "![.]env", "!config/**", "!config/*", "!*/", "!config/"])(
    "is refused despite the line %s, which does not name it",
    async (line) => {
      const found = await refusal({
        "config/.env": "KEY=1",
        ".gitignore": "config",
        ".reconcileignore": `!config\n${line}`,
      });
      expect(found).toContain("/config/.env: a file of this name usually holds secrets");
    },
  );

  test("is refused if a line of its own folder has wildcards, and packed if that line names it", async () => {
    const files = { "config/.env": "KEY=1", ".gitignore": ".env" };
    expect(await refusal({ ...files, "config/.reconcileignore": "!*" })).toContain("/config/.env:");
    expect(await refusal({ ...files, "config/.reconcileignore": "!.env" })).toBe("packed");
  });
});

describe("a private key", () => {
  const openSsh = encodePrivateKey(generateKeyPairSync("ed25519").privateKey);
  const ecPem = String(
    generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "sec1",
      format: "pem",
    }),
  );
  const slashes = `-----BEGIN PRIVATE KEY-----\n${`${"A".repeat(15)}/`.repeat(4)}\n`;
  const encrypted = String(
    generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
    }).privateKey,
  );

  test.each<[string, string]>([
    ["PEM", pem],
    ["PEM with a passphrase", encrypted],
    ["PEM with Windows' line ends", pem.replaceAll("\n", "\r\n")],
    [
      "PEM after a certificate",
      `-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n${pem}`,
    ],
    ["PEM in the midst of code", `key = """\n${pem}"""\n`],
    ["PEM in JSON", JSON.stringify({ type: "service_account", private_key: pem }, null, 2)],
    ["PEM with a passphrase in JSON", JSON.stringify({ key: encrypted.replaceAll("\n", "\r\n") })],
    ["PEM in JSON with escaped slashes", JSON.stringify({ key: slashes }).replaceAll("/", "\\/")],
    ["PEM in JSON in JSON", JSON.stringify({ account: JSON.stringify({ key: pem }) })],
    ["PEM in YAML", `tls:\n  key: |\n${pem.replace(/^/gm, "    ")}`],
    ["PEM in a folded text of YAML", `key: "${pem.replaceAll("\n", "\\n\\\n  ")}"\n`],
    ["PEM as a variable", `export KEY="${pem}"\n`],
    ["PEM in one line", `KEY="${pem.replaceAll("\n", " ")}"\n`],
    ["an elliptic curve's PEM in JSON", JSON.stringify({ key: ecPem })],
    ["OpenSSH", openSsh],
    ["OpenSSH in JSON", JSON.stringify([openSsh])],
    ["PuTTY", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"],
    [
      "PuTTY in JSON",
      JSON.stringify({ key: "PuTTY-User-Key-File-2: ssh-rsa\r\nEncryption: none" }),
    ],
  ])("in the form of %s is refused under any name", async (_, content) => {
    expect(await refusal({ "notes.txt": content })).toMatch(
      /\/notes.txt: the file contains a private key$/,
    );
  });

  test("is packed under no circumstances", async () => {
    expect(await refusal({ "a.pem": pem, ".reconcileignore": "!a.pem" })).toContain("private key");
  });

  test("is none in code that mentions its first line, in a public key or a certificate", async () => {
    const certificate = "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTAN\n";
    const publicKey = String(createPublicKey(pem).export({ type: "spki", format: "pem" }));
    expect(
      await refusal({
        "a.py": 'if text.startswith("-----BEGIN PRIVATE KEY-----"):\n    pass\n',
        "b.txt": "-----BEGIN RSA PRIVATE KEY-----\n",
        "c.py":
          "# Begins with -----BEGIN PRIVATE KEY-----\nverifyTheSignatureOfTheRequest(request)\n",
        "d.rst": `-----BEGIN PRIVATE KEY-----\n${"=".repeat(70)}\n`,
        "e.js":
          'const pem = "-----BEGIN PRIVATE KEY-----\\n" + content + "\\n-----END PRIVATE KEY-----";\n',
        "f.js": "const pem = `-----BEGIN PRIVATE KEY-----\\n%s\\n-----END PRIVATE KEY-----`;\n",
        "g.json": JSON.stringify({ private_key: "-----BEGIN PRIVATE KEY-----\nMII...\n" }),
        "h.py": 'PUTTY = re.compile("PuTTY-User-Key-File-2: ssh-rsa")\n',
        "i.md": "PuTTY-User-Key-File-2: is how it begins.\n",
        "j.crt": certificate,
        "k.json": JSON.stringify({ certificate, publicKey }),
      }),
    ).toBe("packed");
  });

  test("is looked for in little time, whatever the file contains", async () => {
    const header = "-----BEGIN PRIVATE KEY-----";
    const fills = [
      `${header}\n`,
      "a: ",
      "a: b\n",
      "a: \\n",
      "\\",
      "\\n",
      " ",
      "A",
      "BEGIN A ",
      "/\\",
    ];
    const started = performance.now();
    for (const text of fills) {
      const content = `${header}${text.repeat(60_000 / text.length)}`;
      isPrivateKey(Buffer.from(`${content}\n-----BEGIN ${content}`));
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("what is hardly ever meant to be packed", () => {
  test.each<[string, string]>([
    [
      "node_modules/left-pad/index.js",
      "node_modules: these packages were installed for this machine's platform",
    ],
    ["web/.venv/pyvenv.cfg", "web/.venv: this virtual environment was created for this machine"],
    ["a/__pycache__/app.cpython-312.pyc", "a/__pycache__: Python writes these files"],
    [".aws/credentials", ".aws: such a folder usually holds credentials"],
    [".terraform/providers/x", ".terraform: the build does not need the files of Terraform"],
    [
      "infra/terraform.tfstate",
      "infra/terraform.tfstate: the build does not need the files of Terraform",
    ],
    [".npmrc", ".npmrc: such a file may hold credentials"],
    ["tls/site.pem", "tls/site.pem: such a file may hold a private key"],
    ["id_ed25519", "id_ed25519: such a file may hold a private key"],
    ["img/.DS_Store", "img/.DS_Store: a file manager writes this file"],
  ])("%s", async (path, message) => {
    const [first, ...others] = await warnings({ [path]: "x" });
    expect(first).toContain(message);
    expect(others).toEqual([]);
  });

  test("is told once for each kind", async () => {
    const files = [
      "node_modules/a/x",
      "node_modules/b/node_modules/c/x",
      "web/node_modules/d/x",
      "node_modules/a/.npmrc",
    ];
    const told = await warnings(Object.fromEntries(files.map((path) => [path, ""])));
    expect(told).toEqual([expect.stringMatching(/^node_modules \(and 2 more\): /)]);
  });

  test("is not told of what a .reconcileignore names", async () => {
    expect(await warnings({ "ca.pem": "", ".reconcileignore": "!ca.pem" })).toEqual([]);
  });

  test.each(["!*", "!node_modules/**", "!node_modules/"])(
    "is told of what the line %s alone brings back",
    async (line) => {
      const files = { "node_modules/a/index.js": "", ".gitignore": "node_modules" };
      const told = await warnings({ ...files, ".reconcileignore": `!node_modules\n${line}` });
      expect(told).toEqual([expect.stringContaining("node_modules: these packages")]);
    },
  );

  test("is a name that differs from another one only in case or in the form of an accent", async () => {
    expect(await warnings({ "Read.me": "", "read.me": "" })).toEqual([
      ".: the names Read.me and read.me differ only in case or in how an accent is written.",
    ]);
    expect(await warnings({ "caf\u00e9": "", "cafe\u0301": "", A: "", a: "" })).toEqual([
      expect.stringContaining("So do 1 more."),
    ]);
  });

  test("is a link to nothing", async () => {
    const told = await warnings({
      link: { link: "none" },
      good: { link: "folder" },
      "folder/a": "",
      top: { link: "." },
    });
    expect(told).toEqual(["link: the symbolic link leads to none, which is not packed"]);
  });

  test("are more than 50 MiB", async () => {
    const folder = directoryOf({ "app.py": "" });
    execFileSync("truncate", ["-s", "60M", join(folder, "data.bin")]);
    const { warnings } = await readDirectory(folder);
    expect(warnings).toEqual([
      {
        message: `${folder}: the files have 60 MiB in total, and every change of one of them is stored as a whole`,
        help: expect.stringContaining("The largest file is data.bin with 60 MiB."),
      },
    ]);
  });
});
