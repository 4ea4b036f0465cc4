import { describe, expect, test } from "vitest";
import { type GuestBoot, playGuest } from "../../../src/sandbox/guest/guest.ts";
import { build, exampleRecipe, texts } from "./build.ts";

/** The sandbox's tables are not all that there is: what it does not know it says, and goes on. */

const application = exampleRecipe().application;

function withApplication(change: Partial<NonNullable<typeof application>>) {
  if (application === undefined) throw new Error("The example has an application.");
  return exampleRecipe({ family: "debian-12", application: { ...application, ...change } });
}

const archive = {
  kind: "url",
  url: "https://example.com/app.tar.gz",
  sha256: "0".repeat(64),
} as const;

describe("what the sandbox does not know, it says, and goes on", () => {
  test.each([
    [
      "a package",
      exampleRecipe({ packages: ["no-such-thing"], verify: ["rpm -q no-such-thing"] }),
      ["the sandbox does not know the package no-such-thing and assumes that it exists"],
    ],
    [
      "a package that may be misspelt",
      exampleRecipe({ packages: ["telent"], verify: [] }),
      [
        "the sandbox does not know the package telent (did you mean telnet?) and assumes that it exists",
      ],
    ],
    [
      "a package's version, on Debian",
      exampleRecipe({
        family: "debian-12",
        packages: ["chrony"],
        verify: [],
        run: ["apt-get install -y nginx-light=1.22.1-9+deb12u2"],
        listeningPorts: [{ protocol: "tcp", from: 80, to: 80 }],
        application: undefined,
      }),
      [
        "the sandbox does not know which versions of nginx-light exist and assumes that nginx-light=1.22.1-9+deb12u2 does",
      ],
    ],
    [
      "a package's version, on Amazon Linux",
      exampleRecipe({ run: ["dnf -y install nginx-1.26.2-1.amzn2023.0.1"] }),
      [
        "the sandbox does not know which versions of nginx exist and assumes that nginx-1.26.2-1.amzn2023.0.1 does",
      ],
    ],
    [
      "a service, a command, a user and a file of a package that it does not know",
      exampleRecipe({
        packages: ["newrelic-infra"],
        services: ["newrelic-infra"],
        files: [
          {
            path: "/etc/newrelic-infra.yml",
            content: new Uint8Array(),
            mode: "0600",
            owner: "newrelic",
          },
        ],
        verify: [],
        run: ["newrelic-infra-ctl --help", "cat /etc/newrelic-infra/logging.yml"],
      }),
      [
        "the sandbox does not know the package newrelic-infra and assumes that it exists",
        "the sandbox does not know the user newrelic and assumes that it exists",
        "the sandbox does not know the service newrelic-infra and assumes that it exists",
        "the sandbox does not know the ports of the service newrelic-infra and assumes that it answers on every requested port",
        "the sandbox does not know the command newrelic-infra-ctl and assumes that it succeeds",
        "the sandbox does not know whether /etc/newrelic-infra/logging.yml exists and assumes that it does",
      ],
    ],
    [
      "a command of a package that it knows",
      exampleRecipe({ packages: ["bind"], run: ["named-checkconf -z"], verify: [] }),
      ["the sandbox does not know the command named-checkconf and assumes that it succeeds"],
    ],
    [
      "a command of a package's next of kin",
      exampleRecipe({ run: ["dnf -y install php8.3-fpm\nphp -v"] }),
      ["the sandbox does not know the command php and assumes that it succeeds"],
    ],
    [
      "what another repository may have",
      exampleRecipe({
        run: [
          "curl -fsSL https://example.com/r -o /etc/yum.repos.d/docker.repo",
          "dnf -y install docker-ce",
        ],
      }),
      ["the sandbox does not know the package docker-ce and assumes that it exists"],
    ],
    [
      "a part of the shell",
      exampleRecipe({
        run: [
          "list=(a b); case $1 in x) exit 3 ;; esac",
          "for ((i = 0; i < 3; i++)); do false; done",
        ],
      }),
      [
        "the sandbox does not interpret this part of the shell (case, select or arithmetic) and assumes that it succeeds",
      ],
    ],
    [
      "what an installer brings",
      exampleRecipe({ run: ["curl -fsSL https://example.com/install.sh | bash", "newtool setup"] }),
      ["the sandbox does not know the command newtool and assumes that it succeeds"],
    ],
    [
      "a Python project",
      withApplication({ python: ["flask", "gunicorn", "dj-database-url2"] }),
      ["the sandbox does not know the Python project dj-database-url2 and assumes that it exists"],
    ],
    [
      "a program of a Python project",
      withApplication({
        python: ["pyramid"],
        command: "pserve production.ini",
        source: archive,
      }),
      [
        "the sandbox does not know the program pserve and assumes that it serves the application's port",
      ],
    ],
    [
      "what is in an archive",
      {
        ...withApplication({ source: archive, python: [], command: "./shop --port 80" }),
        run: [
          "cd /opt/application/source/shop && test -f config.ini && install -m 755 bin/shop /usr/bin/shop",
          "test -x /usr/bin/shop",
        ],
      },
      [
        "the sandbox does not know the program ./shop and assumes that it serves the application's port",
        "the sandbox does not know whether /opt/application/source/shop exists and assumes that it does",
        "the sandbox does not know whether /opt/application/source/shop/bin/shop exists and assumes that it does",
      ],
    ],
    [
      "a command that it cannot follow",
      withApplication({
        command: "if [ -e x ]; then gunicorn app; else gunicorn --bind 0.0.0.0:80 tiny_app:app; fi",
      }),
      [
        "the sandbox cannot interpret the application's command and assumes that it serves the port",
      ],
    ],
  ])("%s", (_case, recipe, notices) => {
    const play = build(recipe);
    expect(texts(play, "output")).toEqual([]);
    expect(texts(play, "fail")).toEqual([]);
    expect(texts(play, "notice")).toEqual(notices);
    expect(texts(play, "verdict")[0]).toMatch(/^passed/);
  });
});

describe("what works is not refused", () => {
  const environment = "/opt/application/environment/bin";
  test.each([
    ["the environment's pip", `${environment}/pip install whitenoise`],
    ["the environment's Python", `${environment}/python manage.py collectstatic --noinput`],
    ["the environment's Python by its version", `${environment}/python3 -c 'import flask'`],
    ["pip by Python", `${environment}/python -m pip install whitenoise`],
    [
      "a program of the environment",
      `test -x ${environment}/gunicorn && ${environment}/gunicorn --version`,
    ],
    [
      "the environment, activated",
      `source ${environment}/activate; pip install whitenoise; flask --version`,
    ],
    ["the environment on the PATH", `export PATH=${environment}:$PATH\npip freeze`],
    ["another environment", "python3 -m venv /opt/tools && /opt/tools/bin/pip install requests"],
    ["bundle", "apt-get install -y ruby-bundler && cd /opt && bundle install && bundle exec rake"],
    ["what a package needs", "apt-get install -y npm && node --version"],
    [
      "a folder of a package",
      "apt-get install -y nginx-light && chown -R www-data:www-data /var/www/html",
    ],
    [
      "a file of a package",
      "apt-get install -y nginx-light && rm /etc/nginx/sites-enabled/default",
    ],
  ])("%s", (_case, command) => {
    const play = build({ ...withApplication({}), run: [command], verify: [] });
    expect(texts(play, "output")).toEqual([]);
    expect(texts(play, "notice")).toEqual([]);
    expect(texts(play, "error")).toEqual([]);
  });

  test.each([
    ["a program that nobody installed", `${environment}/uvicorn --version`, 127],
    ["a command of a package that is not there", "npm ci", 127],
    [
      "what was removed",
      "apt-get install -y nginx-light && rm /etc/nginx/mime.types && cat /etc/nginx/mime.types",
      1,
    ],
  ])("but %s is", (_case, command) => {
    const play = build({ ...withApplication({}), run: [command] });
    expect(texts(play, "error")).toEqual(["run_command 1"]);
    expect(texts(play, "notice")).toEqual([]);
  });
});

describe("services listen where their configuration says", () => {
  const encoder = new TextEncoder();
  const boot: GuestBoot = {
    instanceId: "i-0123456789abcdef0",
    family: "debian-12",
    release: "20251112-2294",
    startedAt: Date.UTC(2026, 10, 22),
  };
  const server = (port: string) => `server { listen ${port}; # not 81\n root /srv; }\n`;
  const web = (change: Parameters<typeof exampleRecipe>[0]) => {
    const packages = ["chrony", "nginx-light"];
    const services = ["chrony", "nginx"];
    const listeningPorts = [{ protocol: "tcp", from: 1, to: 65535 }] as const;
    return build(
      exampleRecipe({
        family: "debian-12",
        packages,
        services,
        listeningPorts,
        application: undefined,
        verify: [],
        ...change,
      }),
    );
  };
  const file = (path: string, content: string) => ({
    path,
    content: encoder.encode(content),
    mode: "0644",
  });

  test.each([
    ["nginx as it comes", {}, [80]],
    [
      "nginx on another port beside its own",
      { files: [file("/etc/nginx/conf.d/shop.conf", server("8081"))] },
      [8081, 80],
    ],
    [
      "nginx on another port alone",
      {
        files: [file("/etc/nginx/conf.d/shop.conf", server("0.0.0.0:8081"))],
        run: ["rm /etc/nginx/sites-enabled/default"],
      },
      [8081],
    ],
    [
      "nginx for itself alone",
      {
        files: [file("/etc/nginx/conf.d/shop.conf", server("127.0.0.1:8081"))],
        run: ["rm /etc/nginx/sites-enabled/default"],
      },
      [],
    ],
    [
      "Apache",
      {
        packages: ["chrony", "apache2"],
        services: ["chrony", "apache2"],
        files: [file("/etc/apache2/ports.conf", "Listen 8082\n")],
      },
      [8082],
    ],
    [
      "haproxy",
      {
        packages: ["chrony", "haproxy"],
        services: ["chrony", "haproxy"],
        files: [file("/etc/haproxy/haproxy.cfg", "frontend web\n  bind *:8083\n")],
      },
      [8083],
    ],
  ])("%s", (_case, change, ports) => {
    const play = web(change);
    expect(texts(play, "verdict")[0]).toMatch(/^passed/);
    expect(texts(play, "notice")).toEqual([]);
    const served = playGuest({ ...boot, disk: play.disk }).ports;
    expect(served.filter(({ port }) => port !== 22)).toMatchObject(
      ports.toSorted().map((port) => ({ port, protocol: "http" })),
    );
  });

  test("a service whose file it does not follow answers wherever it is asked", () => {
    const unit = "[Service]\nExecStart=/usr/bin/shop\n";
    const play = web({
      files: [file("/etc/systemd/system/shop.service", unit)],
      services: ["chrony", "shop"],
    });
    expect(texts(play, "notice")).toEqual([
      "the sandbox does not know the ports of the service shop and assumes that it answers on every requested port",
    ]);
    const { ports } = playGuest({ ...boot, disk: play.disk });
    expect(ports.at(-1)).toMatchObject({ port: "any", protocol: "http" });
  });
});
