import { assumeUnit } from "../../assumptions.ts";
import { guestDurations } from "../../durations.ts";
import { applyKernelSettings } from "../../kernel-settings.ts";
import type { Machine } from "../../machine.ts";
import { tellOfPorts } from "../../service-ports.ts";
import type { CommandFunction, Invocation } from "../shell.ts";
import { UNKNOWN } from "../unknown.ts";

export const systemCommands: readonly (readonly [string, CommandFunction])[] = [
  ["systemctl", systemctl],
  ["service", service],
  ["sysctl", sysctl],
  ["useradd", addUser],
  ["adduser", addUser],
  ["userdel", removeUser],
  ["usermod", changeUser],
  ["passwd", changeUser],
  ["chpasswd", changePasswords],
  ["id", identity],
  ["getent", entries],
  ["whoami", (invocation) => print(invocation, "root")],
  ["sleep", sleep],
  ["sudo", runWithin],
  ["env", runWithin],
  ["nohup", runWithin],
  ["nice", runWithin],
  [
    "timeout",
    (invocation) => runWithin({ ...invocation, parameters: afterDuration(invocation.parameters) }),
  ],
  ["false", () => 1],
];

function print({ out }: Invocation, text: string): number {
  out(`${text}\n`);
  return 0;
}

function sleep({ parameters, build }: Invocation): number {
  for (const word of parameters) {
    const [, number = "0", unit = "s"] = /^(infinity|[\d.]+)([smhd]?)$/.exec(word) ?? [];
    const seconds = { s: 1, m: 60, h: 3600, d: 86_400, "": 1 }[unit] ?? 1;
    build.spend(number === "infinity" ? Number.POSITIVE_INFINITY : Number(number) * seconds);
  }
  return 0;
}

function afterDuration(parameters: readonly string[]): readonly string[] {
  const index = parameters.findIndex((word) => /^[\d.]+[smhd]?$/.test(word));
  return parameters.slice(index + 1);
}

/** `sudo -u nobody id`, `env A=b id`. */
function runWithin(invocation: Invocation): number {
  const words = [...invocation.parameters];
  while (/^-|^\w+=/.test(words[0] ?? "")) {
    const option = words.shift() ?? "";
    if (/^-[ugn]$/.test(option)) words.shift();
  }
  const [name, ...parameters] = words;
  if (name === undefined) return print(invocation, UNKNOWN);
  return invocation.commands.run({ ...invocation, name, parameters });
}

function systemctl(invocation: Invocation): number {
  const { parameters, build, err, out } = invocation;
  const { machine } = build;
  const quiet = parameters.some((word) => word === "-q" || word === "--quiet");
  const now = parameters.includes("--now");
  const [action, ...names] = parameters.filter((word) => !word.startsWith("-"));
  const say = (text: string) => quiet || out(`${text}\n`);
  for (const name of names) {
    const exists = changes.has(action ?? "")
      ? assumeUnit(build, name)
      : machine.unit(name) !== undefined;
    const state = machine.service(name);
    switch (action) {
      case "is-active":
        say(exists && state.active ? "active" : "inactive");
        if (!exists || !state.active) return 3;
        break;
      case "is-enabled":
        if (!exists && !state.masked) {
          err(`Failed to get unit file state for ${name}: No such file or directory\n`);
          return 1;
        }
        say(state.masked ? "masked" : state.enabled ? "enabled" : "disabled");
        if (state.masked || !state.enabled) return 1;
        break;
      case "is-failed":
        say(state.active ? "active" : "inactive");
        return 1;
      case "mask":
        machine.setService(name, { masked: true, ...(now ? { active: false } : {}) });
        break;
      case "unmask":
        machine.setService(name, { masked: false });
        break;
      case "try-restart":
      case "daemon-reload":
      case "reset-failed":
        break;
      default: {
        if (!changes.has(action ?? "")) break;
        if (!exists) {
          err(`Failed to ${action} ${name}: Unit ${name} not found.\n`);
          return action === "disable" || action === "enable" ? 1 : 5;
        }
        if (state.masked && action !== "stop" && action !== "disable") {
          err(`Failed to ${action} ${name}: Unit ${name} is masked.\n`);
          return 1;
        }
        change(invocation, action ?? "", name, now);
      }
    }
  }
  if (action === "show" || action === "status" || action === "cat" || action === "list-units")
    out(UNKNOWN);
  return 0;
}

const changes = new Set(
  "start restart reload reload-or-restart stop enable disable status cat".split(" "),
);

function change({ build }: Invocation, action: string, name: string, now: boolean): void {
  const { machine } = build;
  build.spend(guestDurations.step);
  if (action === "stop") machine.setService(name, { active: false });
  else if (action === "enable") {
    machine.setService(name, { enabled: true, ...(now ? { active: true } : {}) });
    tellOfPorts(build, name);
  } else if (action === "disable")
    machine.setService(name, { enabled: false, ...(now ? { active: false } : {}) });
  else if (/start$|^reload/.test(action)) machine.setService(name, { active: true });
}

/** `service nginx restart` */
function service(invocation: Invocation): number {
  const [name = "", action = ""] = invocation.parameters;
  return systemctl({ ...invocation, parameters: [action, name] });
}

function sysctl({ parameters, build, out, err }: Invocation): number {
  if (parameters.includes("--system")) applyKernelSettings(build.machine);
  for (const word of parameters.filter((each) => !each.startsWith("-"))) {
    const [name = "", value] = word.split("=", 2);
    if (!/^(kernel|net|vm|fs|dev|user|abi|crypto|debug|sunrpc)[./]/.test(name)) {
      if (name.startsWith("/")) continue;
      err(
        `sysctl: cannot stat /proc/sys/${name.replaceAll(".", "/")}: No such file or directory\n`,
      );
      return 1;
    }
    const { kernelSettings } = build.machine.disk;
    if (value === undefined) {
      out(
        parameters.some((each) => /^-\w*n/.test(each))
          ? `${kernelSettings[name] ?? UNKNOWN}\n`
          : `${name} = ${kernelSettings[name] ?? UNKNOWN}\n`,
      );
      continue;
    }
    kernelSettings[name] = value.trim();
    out(`${name} = ${value.trim()}\n`);
    if (/^net\.ipv6\.conf\.(all|default|lo)\.disable_ipv6$/.test(name)) {
      build.machine.disk.ipv6 = value.trim() !== "1";
    }
  }
  return 0;
}

function addUser({ name: command, parameters, build, err }: Invocation): number {
  const { machine } = build;
  const name = parameters.findLast((word) => !word.startsWith("-")) ?? "";
  if (machine.hasUser(name)) {
    err(`${command}: user '${name}' already exists\n`);
    return 9;
  }
  machine.disk.users.push(name);
  if (parameters.some((word) => /^-\w*m$|^--create-home$/.test(word))) {
    machine.touch(`/home/${name}`, "directory");
  }
  if (parameters.some((word) => /^-\w*p$|^--password/.test(word)))
    machine.disk.passwords.push(name);
  rememberPrivileges(machine, name, parameters);
  return 0;
}

function removeUser({ parameters, build, err }: Invocation): number {
  const { machine } = build;
  const name = parameters.findLast((word) => !word.startsWith("-")) ?? "";
  if (!machine.hasUser(name)) {
    err(`userdel: user '${name}' does not exist\n`);
    return 6;
  }
  machine.disk.users = machine.disk.users.filter((user) => user !== name);
  return 0;
}

/** Root's UID or group, or a group that leads to root: `-u 0`, `--groups=sudo`, `-aG docker`. */
function rememberPrivileges(
  { disk, distribution }: Machine,
  name: string,
  words: readonly string[],
) {
  const text = words.join(" ");
  const rootLike = /(^| )(-\w*[ug]|--(uid|gid))[ =]?(0|root)( |$)/.test(text);
  const groups = /(^| )(-\w*G|--groups)[ =]?(\S+)/.exec(text)?.[3]?.split(",") ?? [];
  const leads = groups.some((group) =>
    /^(root|sudo|wheel|admin|shadow|disk|kmem|docker|lxd)$/.test(group),
  );
  if (rootLike || (leads && name !== distribution.defaultUser)) {
    disk.privileged = [...(disk.privileged ?? []), name];
  }
}

/** `usermod` and `passwd`: whether the account allows password logins afterwards. */
function changeUser({ name: command, parameters, build, err, input }: Invocation): number {
  const { disk } = build.machine;
  const name = parameters.findLast((word) => !word.startsWith("-")) ?? "root";
  if (!build.machine.hasUser(name)) {
    err(`${command}: user '${name}' does not exist\n`);
    return 6;
  }
  if (command === "usermod") rememberPrivileges(build.machine, name, parameters);
  const locks = parameters.some((word) => /^(-L|--lock|-l)$/.test(word));
  const option =
    command === "passwd" ? /^(-d|--delete|-u|--unlock|--stdin)$/ : /^(-p|--password|-U|--unlock)/;
  const opens =
    parameters.some((word) => option.test(word)) || (command === "passwd" && input !== "");
  if (locks) disk.passwords = disk.passwords.filter((user) => user !== name);
  else if (opens && !disk.passwords.includes(name)) disk.passwords.push(name);
  return 0;
}

/** `user:password`, line by line. */
function changePasswords({ build, input, err }: Invocation): number {
  const { machine } = build;
  for (const line of input.split("\n").filter((each) => each.includes(":"))) {
    const name = line.slice(0, line.indexOf(":"));
    if (!machine.hasUser(name)) {
      err(`chpasswd: (user ${name}) pam_chauthtok() failed\n`);
      return 1;
    }
    if (!machine.disk.passwords.includes(name)) machine.disk.passwords.push(name);
  }
  return 0;
}

function identity(invocation: Invocation): number {
  const { parameters, build, err } = invocation;
  const user = parameters.find((word) => !word.startsWith("-"));
  if (user !== undefined && !build.machine.hasUser(user)) {
    err(`id: '${user}': no such user\n`);
    return 1;
  }
  const isRoot = user === undefined || user === "root";
  const wantsName = parameters.some((word) => /^-\w*n/.test(word));
  if (parameters.some((word) => /^-\w*u/.test(word))) {
    return print(invocation, wantsName ? (user ?? "root") : isRoot ? "0" : UNKNOWN);
  }
  return print(invocation, UNKNOWN);
}

function entries(invocation: Invocation): number {
  const {
    parameters: [database, name],
    build,
  } = invocation;
  const isAccount = database === "passwd" || database === "shadow" || database === "group";
  if (isAccount && name !== undefined && !build.machine.hasUser(name)) return 2;
  return print(invocation, `${name ?? ""}:${UNKNOWN}`);
}
