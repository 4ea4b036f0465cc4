import { bash } from "../bash.ts";

interface Differences {
  /** The base image is the user's own, so its platform's user must be known before the user's commands run. */
  readonly own: boolean;
  /** Whether the build sets PAM's rules for passwords, which count failed attempts and may except keys from age limits. */
  readonly rules: boolean;
}

/** Who may become whom: the accounts, their passwords, PAM, sudo, and what cloud-init adds. */
export const accounts = ({ own, rules }: Differences): string => bash`
# What cloud-init itself makes of its settings: the name of its user, and a line for each setting that
# opens something. Its interpreter is not always the python3 of the PATH.
cloud_settings() {
  local python
  python=$(head -n 1 "$(command -v cloud-init)")
  \${python#??} - <<'PYTHON'
from cloudinit.util import is_false, is_true, read_conf_with_confd
all = read_conf_with_confd("/etc/cloud/cloud.cfg")
user = (all.get("system_info") or {}).get("default_user") or {}
print("user", user.get("name"))
passwords = "password passwd hashed_passwd plain_text_passwd ssh_authorized_keys ssh_import_id".split()
for name in passwords + "chpasswd ssh_keys runcmd bootcmd write_files user packages phone_home random_seed snap".split():
    if all.get(name) or user.get(name) and name in passwords: print(name)
if is_true(all.get("ssh_pwauth")): print("ssh_pwauth")
if is_false(all.get("disable_root", 1)): print("disable_root")
if is_false(user.get("lock_passwd", 1)): print("lock_passwd")
if "seedfrom" in str(all): print("seedfrom")
if all.get("users", ["default"]) != ["default"]: print("users")
PYTHON
}

login_accounts() {
  grep -vE ':(/usr)?/s?bin/(nologin|false|sync|shutdown|halt)$' /etc/passwd | cut -d: -f 1
}

lock_passwords() {
  step lock_passwords
  note_packages${own ? '\n  platform_user >"$saved/user"' : ""}
  local name secret
  while IFS=: read -r name secret _; do
    case $secret in '!'* | '*'*) ;; *) usermod --lock -- "$name" ;; esac
  done </etc/shadow
  # A .ssh that is a link is removed itself. What the link points to is not touched.
  find /root /home -maxdepth 3 \( -path '*/.ssh/authorized_keys' -o -name .ssh -type l \) \
    -execdir rm -f -- {} +
  refuse_empty_passwords
}

# After every tool that writes these files, because each of them writes the word again.
refuse_empty_passwords() {
  if command -v authselect >/dev/null && authselect current; then authselect enable-feature without-nullok || true; fi
  if [ -d /etc/pam.d ]; then find -L /etc/pam.d -type f -exec sed -i --follow-symlinks -E 's/\s+nullok(_secure)?\b//' {} +; fi
}

# ends_empty EXCEPTIONS: succeeds when standard input has no other line than these, and otherwise prints the others.
ends_empty() {
  local seen
  seen=$({ grep -vxEe "\${1-}" || true; } | sort -u)
  if [ -n "$seen" ]; then printf '%s\n' "$seen" && return 1; fi
}

passwords_are_locked() {
  {
    grep -vE '^[^:]+:x:' /etc/passwd || true
    # Each account's password is in this file, and none of them can match.
    cut -d: -f 1 /etc/passwd | grep -vxFf <(cut -d: -f 1 /etc/shadow) || true
    grep -vE '^[^:]+:[!*]' /etc/shadow | cut -d: -f 1 | sed 's/$/ has a password/' || true
    # A group's password lets anybody in.
    grep -vE '^[^:]+:x?:' /etc/group || true
    grep -svE '^[^:]+:([!*]|:)' /etc/gshadow | cut -d: -f 1 || true
  } | ends_empty
}

# The groups lead to root: they read passwords, write disks or start containers. Members are in group, administrators
# and members in gshadow, and primary groups in passwd. A name or an id stands once in a file: the rest is said by its
# number of fields. The accounts of Amazon Linux with root's group have no shell. Without nsswitch.conf, accounts come
# from files alone; userdb is what systemd adds to them.
only_root_is_root() {
  local platform
  platform=$(platform_user)
  {
    grep -vE '^([^:+-][^:]*:[^:]*:[1-9][0-9]*:[1-9]|root:[^:]*:0:0:|(sync|shutdown|halt|operator):[^:]*:[1-9][0-9]*:0:)' /etc/passwd || true
    grep -vE '^([^:+-][^:]*:[^:]*:[1-9]|root:[^:]*:0:)' /etc/group || true
    awk -F: '$3 + 0 && seen[NF $3]++
/^(root|sudo|wheel|admin|shadow|disk|kmem|docker|lxd|sugroup):/ && NF < 7 { id[$3]; if (!/:[0-9]*:(root|'"$platform)?(,$platform"')?$/) print }
$4 && $4 in id && $1 != "'"$platform"'"' /etc/{group,passwd,gshadow} || true
    find /etc/userdb ! -type d 2>/dev/null || true
    grep -sE '^\s*(passwd|group|shadow|gshadow|sudoers|initgroups):' /etc/nsswitch.conf |
      grep -vE ':(\s*(files|systemd|sss|\[[^]]*\]))*\s*(#.*)?$' || true
  } | ends_empty
}

# SSH refuses keys of an account that has expired, or whose password has, if the ages of passwords count for it.
accounts_stay_valid() {
  {
    login_accounts | sed 's/$/:/' | grep -Ff - /etc/shadow | cut -d: -f 1,5,8 | grep -vE '^[^:]+:(-1|[0-9]{5,})?:$'${rules ? " | if ages_count; then cat; else grep -v ':$'; fi" : ""} || true
    ${rules ? "if ages_count; then " : ""}grep -E '^\s*PASS_MAX_DAYS\s+[0-9]{1,4}$' /etc/login.defs || true${rules ? "; fi" : ""}
    grep -sE '^\s*EXPIRE=.' /etc/default/useradd || true
  } | ends_empty
}

# Only these rules may let somebody in, and none of them may continue after a refusal. A file with a rule that is no
# proof needs one that refuses, its own or that of an included file "…-auth", and none before it may jump over it.
pam_asks_everybody() {
  local proof='pam_(unix|rootok|sss|timestamp|fprintd|systemd_home|pkcs11|console)\.so'
  {
    grep -RsE '^[^#]*(nullok|pam_exec|\s/|\\$)' /etc/pam.d /usr/lib/pam.d || true
    grep -LE '^auth' /etc/pam.d/*-auth || true
    awk -F: '!/:((@include|-?auth (include|substack)) [a-z0-9-]+|-?auth ((required|requisite|optional) pam_[a-z_0-9]+\.so.*|sufficient '"$proof"'.*${rules ? "|sufficient pam_faillock\\.so authsucc" : ""}|\[success=(done|ok|[0-9])( [a-z_]+=(ignore|bad|die))* ?\] '"$proof"'.*|\[default=(bad|die|1 ignore=ignore success=ok)\] pam_[a-z_0-9]+\.so.*)) ?$/
${rules ? '$2 ~ "authsucc" && !dies\n{ dies = $2 ~ /^auth .default=die] pam_faillock.so authfail/ }\n' : ""}/ (req|opt)|=ok/ { open[$1] }
last !~ "lt=1" && $2 ~ /^(@include|-?auth (include|substack)) .*-auth|^auth req[a-z]+ (pam_deny|pam_debug.so auth=a|'"$proof"')/ { safe[$1] }
{ last = $0 }
END { for (file in open) if (!(file in safe)) print file " lets everybody in" }' <(grep -RsiE '^\s*(-?auth|@include)\s' /etc/pam.d /usr/lib/pam.d | sed -E 's/#.*//; s/\s+/ /g; s/: /:/')
  } | ends_empty
}

# sudo's own parser knows every file that sudo reads, and aliases.
sudo_is_limited() {
  if ! command -v sudo >/dev/null; then return; fi
  visudo -c
  cvtsudoers -e -f sudoers /etc/sudoers >"$work/sudoers"
  {
    grep -siE '^\s*P|\\$' /etc/sudo.conf | grep -vE '^Plugin sudoers_[a-z]+ sudoers\.so$' || true
    sed -e ':a' -e '/\\$/{N; s/\\\n//; ta' -e '}' "$work/sudoers" | grep -vE "^(#[^0-9].*|#?|root ALL.*|$(platform_user) ALL.*|Defaults.*)$" |
      grep -vE '^%(sudo|admin|wheel) ALL *= *\(ALL *(: *ALL)?\) *ALL$' || true
    grep -E '^Defaults.*(!authenticate|group_plugin=|mailer|env_file|targetpw|rootpw|runaspw|LD_|!env_reset)' "$work/sudoers" || true
  } | ends_empty
}

first_boot_opens_nothing() {
  if ! command -v cloud-init >/dev/null; then return; fi
  cloud_settings >"$work/cloud"
  {
    grep -vxe "user $(platform_user)" -e 'user None' "$work/cloud" || true
    # Another source than EC2, and what runs at every boot or with every new instance.
    find /var/lib/cloud/{seed,scripts} -type f 2>/dev/null || true
  } | ends_empty "$@"
}
`;

/**
 * The account that cloud-init creates of its own accord. A base image of the user's own may have another name than the
 * vendor's images. It is noted before the user's commands run, because they could give this name to any account.
 */
export function platformUser(own: boolean, vendors: string): string {
  const name = `echo ${vendors};`;
  return own
    ? `platform_user() { if [ -s "$saved/user" ]; then cat "$saved/user"; elif command -v cloud-init >/dev/null; then cloud_settings | sed -n 's/^user //p'; else ${name} fi; }`
    : `platform_user() { ${name} }`;
}
