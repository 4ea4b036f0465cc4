import type { Sabotage } from "./sabotage.ts";

/** Secrets that commands of a build leave behind. Each is all that is left. */
export const secretRows: readonly Sabotage[] = [
  [
    ["clean:secrets"],
    "a key for logging in elsewhere is left",
    "mkdir -p /root/.ssh; ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/deploy",
  ],
  [
    ["clean:secrets"],
    "a key for TLS is left",
    "openssl genrsa -out /etc/ssl/private/builder.key 2048",
  ],
  [
    ["clean:secrets"],
    "AWS credentials are left, by another tool",
    "mkdir /etc/backup; printf 'id: \"%s\"\\n' AKIA2222333344445555 >/etc/backup/settings.yaml",
  ],
  [
    ["clean:secrets"],
    "a password for git is left",
    "echo 'https://u:token@example.com' >/home/admin/.git-credentials",
  ],
  [
    ["clean:secrets"],
    "a login to a registry is left",
    'mkdir /root/.docker; echo \'{"auths":{"x":{"auth":"eA=="}}}\' >/root/.docker/config.json',
  ],
  [
    ["clean:secrets"],
    "a package source has a password",
    "mkdir -p /etc/apt/auth.conf.d; echo 'machine x login y password z' >/etc/apt/auth.conf.d/x",
  ],
  [
    ["clean:secrets"],
    "the application's settings came along with its source",
    "echo 'SECRET_KEY=abc' >/opt/application/source/.env",
  ],
  [
    ["clean:secrets"],
    "a folder of its own has a key, and the variables of all logins have a password; each fails alone",
    "mkdir /app; openssl genrsa -out /app/tls.pem 2048; echo DB_PASSWORD=abc >>/etc/environment",
  ],
  [
    ["clean:secrets"],
    "the home of an account is elsewhere, and has a history",
    "useradd --create-home --home-dir /data worker; echo 'mysql -psecret' >/data/.bash_history",
  ],
];
