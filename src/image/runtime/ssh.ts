import { bash } from "../bash.ts";

/** The step that hardens the SSH server, and the checks that ask it. */
export const ssh = bash`
# The main file and every file that it includes, also from other folders.
ssh_files() {
  local queue=(/etc/ssh/sshd_config) most=200 word
  while [ "\${#queue[@]}" -gt 0 ] && [ "$((most -= 1))" -gt 0 ]; do
    if [ -f "\${queue[0]}" ]; then
      printf '%s\n' "\${queue[0]}"
      for word in $(sed -n -E 's/^\s*"?Include"?[[:space:]=]+//Ip' "\${queue[0]}" | tr -d '"'); do
        case $word in /*) ;; *) word=/etc/ssh/$word ;; esac
        queue+=($word)
      done
    fi
    queue=("\${queue[@]:1}")
  done
}

has_no_sshd() {
  if ! command -v sshd; then return; fi
  mkdir -p /run/sshd
  ssh-keygen -A
  return 1
} >/dev/null

# harden_ssh SETTING…: the SSH server uses the first value that it reads, so these stand before everything
# else in the main file. Other values are removed, because a Match block could bring them back.
harden_ssh() {
  step harden_ssh
  local config=/etc/ssh/sshd_config setting name one known file names=ChallengeResponseAuthentication lines=()
  # Without a server nobody knows which algorithms it will have. The checks ask one that comes later.
  if has_no_sshd || [ ! -e "$config" ]; then return; fi
  for setting in "$@"; do
    name=\${setting%% *} known=
    # One unknown name would stop the server.
    if [[ $setting == *,* ]]; then
      for one in $(tr , ' ' <<<"\${setting#* }"); do
        if sshd -t -f /dev/null -o "$name=$one"; then known+=,$one; fi
      done
      [ -n "$known" ]
      setting="$name \${known#,}"
    fi
    # Another line of this name keeps more users out, and stays.
    [ "$name" = DenyUsers ] || names+="|$name"
    lines+=("$setting")
  done
  for file in $(ssh_files); do
    # The file of the system-wide crypto policy is not only for this server, and is read after these lines.
    case $(readlink -f "$file") in */etc/ssh/*) ;; *) continue ;; esac
    sed -i --follow-symlinks -E "/^# reconcile: begin/,/^# reconcile: end/d; /^\s*\"?($names)\"?[[:space:]=]/Id" "$file"
    chmod 0600 "$file"
  done
  { printf '%s\n' '# reconcile: begin' "\${lines[@]}" '# reconcile: end' && cat "$config"; } >"$work/sshd_config"
  cat "$work/sshd_config" >"$config"
  sshd -t
}

# Writes what the SSH server says about every account with a shell, from networks of every kind:
# "ACCOUNT ADDRESS NAME VALUE". The checks that ask follow each other, so one of them asks for all; one that fails to leaves no file.
ask_sshd() {
  local account address
  if [ -e "$work/ssh" ]; then return; fi
  for account in $( (echo root && platform_user && login_accounts) | sort -u); do
    for address in 127.0.0.1 10.0.0.9 192.168.0.9 198.51.100.9 2001:db8::9; do
      sshd -T -C "user=$account,host=$address,addr=$address,laddr=10.0.0.1,lport=22" | sed "s/^/$account $address /"
    done
  done >"$work/ssh-one"
  mv "$work/ssh-one" "$work/ssh"
}

# ssh_deviations NAME VALUES: what the server or a file says of the name that is not in the pattern. A file counts
# also for addresses that nobody asked for, and where another line comes first, because that may change.
ssh_deviations() {
  grep -iE "^[^ ]+ [^ ]+ $1 " "$work/ssh" | grep -viE " $1 ($2)$" || true
  grep -HiE "^\s*\"?$1\"?[[:space:]=]" "\${files[@]}" |
    grep -viE "$1\"?[[:space:]=]+\"?($2)\"?\s*(#.*)?$" || true
}

# ssh_settings_hold SETTING…: of a list, each algorithm must be one of the setting's.
ssh_settings_hold() {
  local setting name value every files
  if has_no_sshd; then return; fi
  ask_sshd
  mapfile -t every < <(ssh_files)
  for setting in "$@"; do
    name=\${setting%% *} value=\${setting#* }
    value="(\${value//,/|})"
    grep -qiE " $name $value" "$work/ssh" || echo "$name is not $value"
    files=("\${every[@]}")
    # A Match block cannot change algorithms, and each line of DenyUsers adds to the others.
    case $name in DenyUsers) continue ;; Kbd*) name="($name|ChallengeResponseAuthentication)" ;; Kex* | Ciphers | MACs | HostKey*) files=(/dev/null) ;; esac
    ssh_deviations "$name" "$value(,$value)*"
  done | ends_empty
}

# Its keys are for those whom AWS IAM lets in.
readonly INSTANCE_CONNECT='(/opt/aws/bin|/usr/share/ec2-instance-connect)/eic_run_authorized_keys %%?u %%?f'

no_ssh_key_is_authorized() {
  local path folder files
  if has_no_sshd; then return; fi
  ask_sshd
  mapfile -t files < <(ssh_files)
  {
    ssh_deviations AuthorizedKeysFile 'none|(%h/)?\.ssh/authorized_keys( (%h/)?\.ssh/authorized_keys2)?'
    ssh_deviations AuthorizedKeysCommand "none|$INSTANCE_CONNECT"
    ssh_deviations '(TrustedUserCAKeys|AuthorizedPrincipals(File|Command))' none
    ssh_deviations AuthenticationMethods 'any|publickey'
    cut -d: -f 6 /etc/passwd | sort -u | while read -r folder; do
      for path in "$folder"/.ssh/authorized_keys{,2}; do [ ! -s "$path" ] || echo "$path"; done
    done
  } | ends_empty
}

# The server's own units start it with its own file and no variables, and no other unit starts one.
ssh_server_is_alone() {
  local file folders=()
  for file in /etc /run /usr/local/lib /usr/lib; do
    if [ -d "$file/systemd/system" ]; then folders+=("$file/systemd/system"); fi
  done
  {
    grep -RE '^\s*Exec.*\b(sshd|dropbear|tinysshd)([^a-z.@-]|$)' "\${folders[@]}" | grep -vE '/sshd?@?\.service(:|\.d/)' || true
    find -L "\${folders[@]}" -type f -regex '.*/\(sshd?@?\.\)?service\(\.d/.*\.conf\)?' | while read -r file; do
      sed -e ':a' -e '/\\$/{N; s/\\\n//; ta' -e '}' "$file" | grep -E '^\s*(Exec|Env|Root|Bind)' |
        grep -vE "^((Exec[A-Za-z]+=-?(|/usr/sbin/sshd( -[Diet]| [$](SSHD_OPTS|OPTIONS|CRYPTO_POLICY)| -o \"AuthorizedKeysCommand $INSTANCE_CONNECT\"| -o \"AuthorizedKeysCommandUser ec2-instance-connect\")*|(/usr)?/bin/kill -HUP [$]MAINPID))|EnvironmentFile=-?/etc/(default/ssh|sysconfig/sshd.*|crypto-policies/.*))$" |
        sed "s|^|$file: |" || true
    done
    grep -sHE '^\s*(SSHD_OPTS|OPTIONS|CRYPTO_POLICY|LD_.*)=["'"']*[^\"'[:space:]]" /etc/default/ssh /etc/sysconfig/sshd* || true
  } | ends_empty
}
`;
