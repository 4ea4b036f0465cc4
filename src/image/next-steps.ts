import { promiseOf } from "./promises.ts";

/**
 * What a person can do when a check failed, by the beginning of its id; the first that fits counts. They are
 * here and not in the script, because its size is limited.
 */
const nextSteps: readonly (readonly [id: string, step: string])[] = [
  [
    "ansible:idempotent",
    "Let each of these tasks change something only if it differs: use a module in place of command and shell, or add creates, removes or changed_when. If a later step undoes what the playbook has done, remove the command in image.run or application.build.",
  ],
  ["audit", "Remove other rules from /etc/audit, and what stops auditd, or leave image.audit out."],
  [
    "boot-arguments",
    "Remove the word, or what replaces the arguments, from image.files and image.run, such as a file in /etc/default/grub.d.",
  ],
  [
    "boot",
    "Correct the unit in image.files or image.run. A job that is listed was not done 300 seconds after the restart. A unit that can run only on a server needs a condition, such as ConditionPathExists=. A service that runs for longer than its start needs Type=simple or Type=exec.",
  ],
  [
    "release",
    "Set image.release to the release that the repositories have, or remove what pins them.",
  ],
  [
    "automatic-updates",
    "Remove what switches them on from image.files and image.run. To update the servers, apply again: a new image replaces them.",
  ],
  [
    "updates",
    "Apply again: an update may have been released during the build. If it stays, remove what keeps it back (apt-mark showhold, /etc/apt/preferences.d, dnf versionlock, exclude in the settings of dnf).",
  ],
  [
    "package:",
    "Find the command in image.run, or the other package, that removes it or changes its version. A name may also differ in this distribution.",
  ],
  ["service:", "Correct the service's configuration in image.files or image.run."],
  [
    "time",
    "Correct chrony's configuration in image.files or image.run. 169.254.169.123 needs no access to the internet. Other servers need UDP port 123.",
  ],
  ["ipv6:", "Find what enables IPv6 again, in image.files and image.run."],
  [
    "open-files:processes",
    "Set LimitNOFILE= of the service named here to image.openFiles, in a drop-in of image.files, or change image.openFiles.",
  ],
  ["open-files:", "Remove the other limit from image.files and image.run, or set image.openFiles."],
  [
    "passwords",
    "Remove the password: usermod --lock for an account, gpasswd --remove-password for a group.",
  ],
  ["accounts:valid", "Remove the date: chage --maxdays -1 --expiredate -1."],
  [
    "accounts",
    "Remove the account (userdel) or the second name of an id, or take the account out of the group (gpasswd --delete, gpasswd --administrators '', usermod --gid).",
  ],
  [
    "pam",
    "Remove the rule from the files in /etc/pam.d, or the package that added it. A file that lets everybody in needs the rules of common-auth (Debian, Ubuntu) or system-auth (Amazon Linux).",
  ],
  [
    "sudo",
    "Remove the rule from /etc/sudoers and /etc/sudoers.d, or the line from /etc/sudo.conf. Only root and the platform's user may use sudo.",
  ],
  [
    "first-boot",
    "Remove the setting from the files in /etc/cloud, and scripts from /var/lib/cloud. image.files may write such a script; a service may do the same.",
  ],
  [
    "logins",
    "Remove what changes it from image.files and image.run, or set image.hardening to basic.",
  ],
  [
    "ssh:keys",
    "Remove the key or the setting. Servers get keys from keyPair and EC2 Instance Connect.",
  ],
  [
    "ssh:server",
    "Remove the setting or the unit that starts an SSH server, and the automatic login of a console. To disable a shell without a login: systemctl disable debug-shell.",
  ],
  [
    "ssh:",
    "Remove the setting from the SSH server's files, and the package or command that brought it.",
  ],
  [
    "system",
    "Remove what changes it from image.files and image.run. After a command that writes the boot loader's menu, run: chmod go= /boot/grub/grub.cfg. A line for /tmp or /dev/shm in /etc/fstab needs nosuid, nodev and noexec. Or set image.hardening to basic.",
  ],
  [
    "integrity:packages",
    "Install the package again, or remove the command in image.run that changes the file. If the change is meant, add the path to image.allow.changed.",
  ],
  [
    "integrity:setuid",
    "Remove the rights (chmod u-s,g-s; setcap -r), or give the file back to root (chown root). A line with a + is of an access control list: remove it with setfacl -b. If the program needs its rights, install its package in image.packages, or add the path to image.allow.setuid.",
  ],
  [
    "integrity:added",
    "Put the file into image.files, install its package in image.packages, or remove it. If image.run must write it, add the path to image.allow.changed. A variable LD_… counts for every program: set it in the unit that needs it.",
  ],
  [
    "integrity:writable",
    "Remove the permission (chmod g-w,o-w) or the device, and let root own what a service starts as root (chown root), with its folder; or set User= in the service. If others must write there, add the path to image.allow.writable.",
  ],
  ["core-dumps", "Remove what enables core dumps from image.files and image.run."],
  ["kernel", "Remove the other value from /etc/sysctl.d, and the service or command that sets it."],
  [
    "python:requirements",
    "Find what removes a package or changes its version, in application.build and image.run.",
  ],
  ["python:", "Find what removes it or changes its version, in application.python and image.run."],
  ["application:user", "Let the application keep its user: application.user names another one."],
  [
    "application:confined",
    "Remove the change of application.service from image.files and image.run. A group of the application's user is no finding: usermod --append --groups. The application can write to /var/lib/application.",
  ],
  [
    "application:answers",
    "Let the application listen on 0.0.0.0, and answer the health check (loadBalancer.healthCheck) with a status that it accepts, whatever the Host header says. The health check's Host is the server's own address.",
  ],
  [
    "application:code",
    "Let root own these files and folders, and close them for others (chown root, chmod go-w). The application can write to /var/lib/application, and to the folders of application.writable. A line with > is a folder that it should be able to write.",
  ],
  [
    "application:environment",
    "Remove the other value from the service's other settings (image.files, image.run), or from application.command. A value of the command counts instead of application.environment.",
  ],
  [
    "application:writable",
    "Remove the change of application.service or of the folder from image.files and image.run.",
  ],
  [
    "application:limits",
    "Remove the change of application.service from image.files and image.run, or let the application keep its limits.",
  ],
  [
    "application:journal",
    "Remove the change of application.service from image.files and image.run.",
  ],
  [
    "hook:",
    "Put the program into image.files with mode 0755, or install it with image.packages or image.run. Nothing in /run and /tmp is part of the image.",
  ],
  [
    "hooks:",
    "Remove what disables or masks reconcile-hooks.service from image.files and image.run.",
  ],
  ["application:", "Correct application.command, and see what the application itself says above."],
  [
    "ports",
    'Close the port, or open it in the stack file: with an application as "to" of a listener in loadBalancer.listeners, without one in an ingress rule of a group of this file that scaling.securityGroups lists. For SSH, define keyPair.',
  ],
  ["file:", "Find the command in image.run, or the service, that changes the file."],
  [
    "clean:secrets",
    "Remove the file at the end of image.run, or from the application's archive. A server can fetch a secret when it starts. A file that every server may share can be declared in image.files.",
  ],
  ["clean:", "Stop what writes it again during the build, in image.run."],
];

const afterSteps: Readonly<Record<string, string>> = {
  install_ansible:
    "Let the builder's subnet reach pypi.org and galaxy.ansible.com (a route to the internet, or a proxy in image.sources), and correct image.ansible.version and image.ansible.collections. A file ansible.cfg beside the playbook can name another server of collections.",
  run_playbook:
    "Correct the playbook: the output names the task. It runs as root on the builder itself, without a password for Ansible Vault, after image.packages and image.files and before the application is installed.",
  refresh_package_lists:
    "Let the builder's subnet reach the repositories: a route to the internet, or a proxy in image.sources. Of your own package sources, check url, suites, components and key.",
  find_versions:
    "Write one of these versions in image.packages, correct the name of the package, or remove = and the version to install the newest one. Distributions remove old versions from their repositories when newer ones are released.",
  install_python_packages:
    "Correct application.python. If pip says that versions need another Python (Requires-Python), choose a file of requirements with application.python.version, or another image.base. A build keeps the versions of the Python packages that the image in use has, as long as the list is the same. Any change of the list has them chosen again: flask>=3 for flask.",
  install_requirements:
    "Correct the file of application.python.requirements. If pip says that versions need another Python (Requires-Python), choose application.python.version, or another image.base. A build keeps the versions of the Python packages that the image in use has, as long as the file is the same.",
  create_user:
    "Choose another application.user. The account exists already: the base image or a package of image.packages has created it, and the application would share its files.",
  fetch_application:
    "Let the builder's subnet reach the address, or a proxy in image.sources, and correct application.source. An archive may have no devices, and no names and links that lead out of it.",
  run_build:
    "Correct the command in application.build. It runs as application.user in the source's folder. Programs that it needs, such as nodejs and npm, belong into image.packages. It can write to the source's folder, to its HOME and to /tmp.",
  make_writable:
    "Correct application.writable: a folder must be one of the source's own, and not a link.",
  enable_services:
    'A service ordered after cloud-init or multi-user.target waits for this build to end. Enable such a service with "systemctl enable" in image.run instead.',
};

/** apt-get chooses the newest version of every package that is not asked for in one version. */
const exactVersions =
  "If a package needs another one in exactly its own version, ask for that one in this version, too: name=version in image.packages.";

/** What a person can do when this step failed, if the output does not say it. `step` is its call. */
export function nextStepAfter(step: string): string | undefined {
  const [name = "", ...parameters] = step.split(" ");
  const asksForVersions = parameters.some((word) => /^[^-=][^=]*=/.test(word));
  if (/^(update|install)_packages$/.test(name) && asksForVersions) return exactVersions;
  return afterSteps[name];
}

/** What a person can do when this check failed. Undefined for a check of their own. */
export function nextStepOf(check: string): string | undefined {
  const id = promiseOf(check);
  return nextSteps.find(([beginning]) => id.startsWith(beginning))?.[1];
}
