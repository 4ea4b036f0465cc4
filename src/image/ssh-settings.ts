import type { ImageRecipe } from "./recipe.ts";

/** What every image refuses, by the feature that a check names. In the format of sshd_config(5). */
const refused: Readonly<Record<"passwords" | "root" | "forwarding", readonly string[]>> = {
  passwords: [
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitEmptyPasswords no",
    "HostbasedAuthentication no",
    "GSSAPIAuthentication no",
    // Without these, keys that others can change count, and PAM's rules do not.
    "StrictModes yes",
    "UsePAM yes",
  ],
  root: ["PermitRootLogin no"],
  forwarding: [
    // In force whatever a Match block says about the others.
    "DisableForwarding yes",
    "AllowTcpForwarding no",
    "AllowStreamLocalForwarding no",
    "AllowAgentForwarding no",
    "X11Forwarding no",
    "PermitTunnel no",
    "GatewayPorts no",
  ],
};

/**
 * Lists that the CIS Benchmark and ssh-audit accept. Each name is in OpenSSH 8.7 or before; a server
 * that lacks one gets the list without it. The first key exchange resists quantum computers.
 */
const strong: readonly string[] = [
  "KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,diffie-hellman-group18-sha512,diffie-hellman-group16-sha512",
  "Ciphers aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr",
  "MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com",
  "HostKeyAlgorithms ssh-ed25519,ssh-ed25519-cert-v01@openssh.com,rsa-sha2-512,rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256,rsa-sha2-256-cert-v01@openssh.com",
  "PermitUserEnvironment no",
  "IgnoreRhosts yes",
  "DenyUsers root",
  "MaxAuthTries 4",
  "MaxSessions 10",
  "MaxStartups 10:30:60",
  "LoginGraceTime 60",
  "ClientAliveInterval 300",
  "ClientAliveCountMax 3",
  "TCPKeepAlive no",
  "Compression no",
  "LogLevel VERBOSE",
  "Banner /etc/issue.net",
];

/** The features that no image's SSH server has. */
export const refusedFeatures = Object.keys(refused) as (keyof typeof refused)[];

/** The settings that refuse a feature. */
export function sshRefusals(feature: keyof typeof refused): readonly string[] {
  return refused[feature];
}

/** The settings that strong hardening adds. */
export const strongSshSettings = strong;

/** Every setting of the image's SSH server, in the format of sshd_config(5). */
export function sshSettingsOf({ hardening }: ImageRecipe): readonly string[] {
  return [...Object.values(refused).flat(), ...(hardening === "strong" ? strong : [])];
}
