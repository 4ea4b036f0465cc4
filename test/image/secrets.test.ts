import { expect, test } from "vitest";
import { nextStepOf } from "../../src/image/next-steps.ts";
import { renderBuildScript } from "../../src/image/script.ts";
import { bodyOf } from "../boot/rebuild.ts";
import { bytes, fullRecipe } from "./recipes.ts";
import { describeWithBash, ScratchSystem } from "./scratch-system.ts";

const { script } = renderBuildScript({ ...fullRecipe, family: "debian-12" });

// Put together here, so that no search for secrets finds them in this file.
const key = (kind = "") => `-----BEGIN ${kind}PRIVATE KEY-----`;
const accessKey = `AKIA${"IOSFODNN7"}ABCDEFG`;

const findings: readonly (readonly [path: string, content: string])[] = [
  ["/root/.ssh/id_ed25519", `${key("OPENSSH ")}\nb3Bl\n`],
  ["/etc/ssl/private/builder.key", `${key()}\r\nMII\r\n`],
  ["/srv/shop/config.yaml", `tls:\n  key: |\n    ${key("RSA ")}\n`],
  ["/opt/application/source/account.json", `{ "private_key": "${key()}\\nMII" }`],
  ["/home/admin/.aws/credentials", "[default]\naws_secret_access_key = abc\n"],
  ["/root/.aws/sso/cache/1.json", '{"accessToken": "abc"}'],
  ["/etc/environment", `AWS_ACCESS_KEY_ID=${accessKey}\n`],
  [
    "/usr/local/bin/deploy",
    `#!/bin/sh\nexport AWS_ACCESS_KEY_ID='${accessKey.replace("K", "S")}'\n`,
  ],
  [
    "/var/spool/cron/crontabs/root",
    `* * * * * AWS_ACCESS_KEY_ID=${accessKey} backup
`,
  ],
  ["/root/.netrc", "machine x login y password z\n"],
  ["/var/lib/jobs/.pgpass", "db:5432:*:shop:z\n"],
  ["/home/admin/.git-credentials", "https://u:token@example.com\n"],
  ["/opt/application/source/.git/config", "\turl = https://u:token@example.com/x.git\n"],
  ["/opt/application/source/.git/config", "\textraheader = AUTHORIZATION: basic eHg=\n"],
  ["/root/.docker/config.json", '{"auths":{"x":{"auth":"eA=="}}}'],
  ["/root/.npmrc", "//registry.npmjs.org/:_authToken=abc\n"],
  ["/root/.pypirc", "[pypi]\npassword = abc\n"],
  ["/etc/pip.conf", "[global]\nindex-url = https://u:abc@example.com/simple\n"],
  ["/etc/apt/auth.conf", "machine x login y password z\n"],
  ["/etc/apt/auth.conf.d/90ubuntu-advantage", "machine esm.ubuntu.com/ login bearer password z\n"],
  ["/etc/apt/sources.list.d/own.list", "deb https://u:z@example.com/debian ./\n"],
  ["/root/.kube/config", "users:\n- user:\n    client-key-data: LS0t\n"],
  ["/opt/application/source/.env", "SECRET_KEY=abc\n"],
  ["/opt/application/source/.env.production", "DB_PASSWORD=x\n"],
  ["/root/.vault-token", "s.abcdefghijklmnop"],
  ["/root/.config/gh/hosts.yml", "github.com:\n  oauth_token: abc\n"],
  ["/root/.config/gcloud/application_default_credentials.json", '{"refresh_token": "1//0abc"}'],
  ["/root/.my.cnf", "[client]\npassword=abc\n"],
  ["/root/.cargo/credentials.toml", '[registry]\ntoken = "cio"\n'],
  ["/etc/wireguard/wg0.conf", `[Interface]\nPrivateKey = ${"yAnz5TF+lX".repeat(4)}abc=\n`],
  ["/root/.local/share/fish/fish_history", "- cmd: mysql -psecret\n"],
  ["/srv/keys/login.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n"],
  ["/etc/krb5.keytab", "\u0005\u0002"],
  ["/etc/datadog-agent/datadog.yaml", "api_key: 0123456789abcdef\n"],
  ["/etc/environment", "PATH=/bin\nDB_PASSWORD=abc\n"],
  ["/srv/deploy.sh", `git clone https://ghp_${"0aB1cD2eF3".repeat(4)}@github.com/x\n`],
  ["/etc/bot.toml", `slack = "xoxb-123456789012-1234567890123-${"aB".repeat(12)}"\n`],
  ["/usr/local/etc/ci.conf", `key github_pat_${"0aB1cD2eF3".repeat(8)}\n`],
  ["/app/tls/server.pem", `${key()}\nMII\n`],
  ["/data/.git-credentials", "https://u:token@example.com\n"],
  ["/.netrc", "machine x login y password z\n"],
];

const harmless: readonly (readonly [path: string, content: string])[] = [
  ["/root/.ssh/known_hosts", "x ssh-ed25519 AAAA\n"],
  ["/root/.ssh/id_ed25519.pub", "ssh-ed25519 AAAA x\n"],
  ["/etc/ssl/certs/x.pem", "-----BEGIN CERTIFICATE-----\nMII\n"],
  ["/etc/ssl/private/ssl-cert-snakeoil.key", `${key()}\nMII\n`],
  ["/opt/application/source/keys.py", `BEGIN = "${key("RSA ")}"\n`],
  ["/opt/application/source/node_modules/a/test.pem", `${key()}\n`],
  ["/opt/application/environment/lib/python3.11/site-packages/a/test.key", `${key()}\n`],
  ["/opt/application/source/README", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n"],
  ["/opt/application/source/.env", "SECRET_NAME=prod/shop\nPORT=80\nTOKEN=$FROM_OUTSIDE\nKEY=\n"],
  ["/opt/application/source/.env.example", "SECRET_KEY=change-me\n"],
  ["/opt/application/source/settings.py", "password = os.environ['PASSWORD']\n"],
  ["/root/.aws/config", "[default]\nregion = eu-west-1\n"],
  ["/root/.docker/config.json", '{"auths":{},"credsStore":"ecr-login"}'],
  ["/root/.npmrc", "always-auth=true\n//registry.npmjs.org/:_authToken=\u0024{NPM_TOKEN}\n"],
  ["/root/.kube/config", "    exec:\n      args: [eks, get-token]\n"],
  ["/root/.gitconfig", "[user]\n\tsigningkey = ABC\n\temail = a@example.com\n"],
  ["/etc/pip.conf", "[global]\n# password: none\nindex-url = https://example.com/simple\n"],
  [
    "/etc/apt/sources.list",
    "deb [signed-by=/usr/share/keyrings/x.gpg] https://example.com/debian ./\n",
  ],
  ["/var/lib/docker/overlay2/1/diff/etc/ssl/x.key", `${key()}\n`],
  ["/var/lib/mysql/ib", `\0\n${key()}\n`],
  ["/etc/environment", "PATH=/usr/local/sbin:/usr/bin\nLANG=C\n"],
  [
    "/etc/systemd/system/shop.service",
    "[Unit]\nDescription=Dispatch password and token requests\n[Service]\nExecStart=/usr/bin/x auth login --password=x\nLoadCredential=db_password:/etc/creds/db\nEnvironment=TOKEN=%d/token\nEnvironment=DB_PASSWORD_FILE=/run/x\n",
  ],
  ["/root/.config/htop/htoprc", "fields=0 48 17\n"],
  ["/opt/application/source/.env.sample", "SECRET_KEY=change-me\n"],
  ["/run/secrets/tls.key", `${key()}\n`],
];

describeWithBash("secrets", () => {
  function search(
    files: readonly (readonly [string, string])[],
    prepare: (system: ScratchSystem) => void = () => {},
    call = "none_of secret_files",
    script_ = script,
  ) {
    const system = new ScratchSystem();
    system.write("/etc/machine-id", "");
    system.write("/etc/passwd", "root:x:0:0::/nonexistent:/bin/bash\n");
    for (const [path, content] of files) system.write(path, content);
    prepare(system);
    system.inside(script_, `check clean:secrets ${call}`);
    const passed = system.said("pass").length === 1;
    const seen = system.said("seen").map((line) => line.replaceAll(system.root, ""));
    return { passed, seen };
  }

  test.each(findings)("%s is one (%#)", (path, content) => {
    expect(search([[path, content]])).toEqual({ passed: false, seen: [path] });
  });

  test.each(harmless)("%s is none (%#)", (path, content) => {
    expect(search([[path, content]])).toEqual({ passed: true, seen: [] });
  });

  test("all are said at once, without what is in them", () => {
    // A report has room for twenty.
    const some = findings.slice(0, 12);
    expect(search(some).seen).toEqual(some.map(([path]) => path).toSorted());
  });

  test("a name of several lines is one line", () => {
    const { seen } = search([["/srv/a\nreconcile: b", `${key()}\n`]]);
    expect(seen).toEqual([String.raw`'/srv/a'$'\n''reconcile: b'`]);
  });

  test("a search that fails has not found nothing", () => {
    const { passed } = search([], (system) => system.program("find", "exit 1"));
    expect(passed).toBe(false);
  });

  test("a secret that the stack file declares is none, and any other still is one", () => {
    const path = "/etc/ssl/private/tls.key";
    const declared = { path, content: bytes(`${key()}\nMII\n`), mode: "0600" };
    const built = renderBuildScript({
      ...fullRecipe,
      family: "debian-12",
      files: [declared, { path: "/root/.netrc", content: bytes("x"), mode: "0600" }],
    });
    const call = bodyOf(built.script).find((line) => line.includes(" clean:secrets "));
    expect(call).toContain(` none_of other_secret_files ${path}`);
    expect(built.checks.find(({ id }) => id === "clean:secrets")?.promise).toContain(path);
    const files = [
      [path, `${key()}\n`],
      ["/etc/ssl/private/other.key", `${key()}\n`],
    ] as const;
    const found = search(files, () => {}, `none_of other_secret_files ${path}`, built.script);
    expect(found).toEqual({ passed: false, seen: ["/etc/ssl/private/other.key"] });
    const only = search(
      files.slice(0, 1),
      () => {},
      `none_of other_secret_files ${path}`,
      built.script,
    );
    expect(only.passed).toBe(true);
  });
});

test("a stack file without a secret declares none", () => {
  const call = bodyOf(script).find((line) => line.includes(" clean:secrets "));
  expect(call).toBe("check clean:secrets none_of secret_files");
});

test("a found secret has a next step of its own", () => {
  expect(nextStepOf("clean:secrets")).toContain("image.files");
});
