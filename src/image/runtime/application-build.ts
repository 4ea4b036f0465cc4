import { bash } from "../bash.ts";
import { buildSettingsPath } from "../service-settings.ts";

/** How the application's sources come onto the image, and what its own commands and requirements make of them. */
export const applicationBuild = bash`
# fetch_application FILENAME URL SHA256. An archive may not place anything outside of the folder: neither by a name
# nor through a link, also not one that it brings itself. So each member is judged by where its folder really is.
fetch_application() {
  step fetch_application "$1"
  mkdir -p "$home/source"
  python3 - "$@" "$home/source" <<'END'
import hashlib, os, shutil, stat, sys, tarfile, tempfile, time, urllib.request, zipfile
sys.tracebacklimit = 0
filename, url, sha256, folder = sys.argv[1:]
for attempt in range(5):
    try:
        content = urllib.request.urlopen(url, timeout=60).read()
        break
    # An answer that ends too early is no OSError (http.client.IncompleteRead).
    except Exception as error:
        print(error)
        time.sleep(2)
else:
    sys.exit("cannot download the application's source")
seen = hashlib.sha256(content).hexdigest()
if seen != sha256:
    sys.exit(f"the SHA-256 of the application's source is {seen}, expected {sha256}")

def within(*path):
    return (os.path.realpath(os.path.join(folder, *path)) + "/").startswith(os.path.realpath(folder) + "/")

def refuse(name, why):
    sys.exit(f"the archive's member {name!r} {why}")

def unpack_tar(path):
    with tarfile.open(path) as tar:
        for member in tar:
            name = member.name
            if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
                refuse(name, "is a device or a pipe")
            if not within(name):
                refuse(name, "leads out of the archive")
            if member.issym() and not within(os.path.dirname(name), member.linkname) or member.islnk() and not within(member.linkname):
                refuse(name, "is a link that leads out of the archive")
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            # Judged above, also where the library has no filters.
            tar.extract(member, folder, **({"filter": "fully_trusted"} if hasattr(tarfile, "data_filter") else {}))

# The library does not give the files of this kind of archive their permissions.
def unpack_zip(path):
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name, mode = member.filename, member.external_attr >> 16
            if name.startswith("/") or not within(name):
                refuse(name, "leads out of the archive")
            if stat.S_ISLNK(mode):
                target = archive.read(member).decode()
                if not within(os.path.dirname(name), target):
                    refuse(name, "is a link that leads out of the archive")
                place = os.path.join(folder, name)
                os.makedirs(os.path.dirname(place), exist_ok=True)
                os.symlink(target, place)
            else:
                place = archive.extract(member, folder)
                if mode & 0o100:
                    os.chmod(place, 0o755)

suffixes = {suffix: name for name, all, _ in shutil.get_unpack_formats() for suffix in all}
kind = next((name for suffix, name in suffixes.items() if filename.endswith(suffix)), None)
with tempfile.TemporaryDirectory() as scratch:
    path = os.path.join(folder if kind is None else scratch, filename)
    with open(path, "wb") as file:
        file.write(content)
    if kind is None:
        # A binary, or a script that names what runs it.
        if content[:4] == b"\x7fELF" or content[:2] == b"#!":
            os.chmod(path, 0o755)
    else:
        try:
            (unpack_zip if kind == "zip" else unpack_tar)(path)
        except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError) as error:
            sys.exit(f"cannot unpack {filename}: {error}")
END
  close_folder
}

# An archive brings its own owners.
close_folder() {
  chown -hR 0:0 "$home/source"
  chmod -R u=rwX,go=rX "$home/source"
}

# install_requirements VERSION [FILE]: in the folder, because a file may name a project in it.
install_requirements() {
  step install_requirements "$@"
  "python$1" -m venv "$home/environment"
  if [ "$#" = 1 ]; then return; fi
  cd "$home/source"
  pip_install -r "$2"
  cd /
}

# requirements_are_installed FILE. Local projects and those of an address would be built again, which needs the
# network. The copy is beside the file, because what it names is found from there.
requirements_are_installed() {
  local copy status=0
  "$home/environment/bin/pip" check
  cd "$(dirname -- "$home/source/$1")"
  copy=$(mktemp -p .)
  sed -E -e ':a' -e '/\\$/{N;s/\\\n//;ta' -e '}' -e '/^ *(-e|--editable|[./]|[^#;]*(:\/\/|@ ))/d' "$home/source/$1" >"$copy"
  "$home/environment/bin/pip" install --no-index --no-deps --disable-pip-version-check -r "$copy" || status=1
  rm "$copy"
  return "$status"
}

# python_is VERSION
python_is() {
  local seen
  seen=$("$home/environment/bin/python" --version)
  echo "$seen"
  [[ $seen == "Python $1".* ]]
}

# open_source USER LINE…: the lines set the environment of the commands.
open_source() {
  step open_source "$1"
  builder=$1
  mkdir -p "$home/source"
  install -d -m 0700 -o "$1" -g "$1" "$home/build"
  chown -hR "$1:$1" "$home/source"
  join_lines "\${@:2}" | put_file /run/build-environment 0644 root
}

# The manager ends every process of the unit with it, and removes its temporary files. It would expand a $ in the
# command line, so the command is in a file.
run_build() {
  builds_run=$((\${builds_run:-0} + 1))
  step run_build "$builds_run"
  doing=$(join_lines "$@")
  put_file /run/build-command 0644 root <<<"$doing"
  systemd-run -qPG --wait -p User="$builder" -p Group="$builder" -p WorkingDirectory="$home/source" -p UMask=0022 \
    -p NoNewPrivileges=yes -p PrivateTmp=yes -p ProtectSystem=strict -p ReadWritePaths="$home/source $home/build" \
    -E HOME="$home/build" -E PATH="$home/environment/bin:/usr/local/bin:/usr/bin:/bin" \
    \${http_proxy:+-E http_proxy -E https_proxy -E no_proxy} \
    bash -euo pipefail -c '. /run/build-environment; . /run/build-command'
}

close_source() {
  step close_source
  rm -rf "$home/build" /run/build-environment /run/build-command
  close_folder
}

# make_writable USER FOLDER…: a link in the source could lead anywhere.
make_writable() {
  step make_writable "\${@:2}"
  local folder
  for folder in "\${@:2}"; do
    if [ "$(realpath -m -- "$folder")" != "$folder" ]; then echo "$folder is a link, or below one" && return 1; fi
    mkdir -p -- "$folder"
    chown -hR -- "$1:$1" "$folder"
    chmod -R u+rwX -- "$folder"
  done
}

# application_writes USER FOLDER…: as the running application sees the file system.
application_writes() {
  local folder
  find_process
  for folder in "\${@:2}"; do
    nsenter -t "$process" -m -- runuser -u "$1" -- test -w "$folder" || echo "$1 cannot write to $folder"
  done | ends_empty
}

# variables_are PROCESS VARIABLE…: NAME=DIGEST is set to a value whose SHA-256 begins so; NAME alone is not set. The
# manager says what it gives to every process of the service. A running process must have the same, unless it has
# written its title over its environment, as programs in Ruby and Perl do.
variables_are() {
  busctl -j get-property org.freedesktop.systemd1 /org/freedesktop/systemd1/unit/application_2eservice \
    org.freedesktop.systemd1.Service Environment >"$work/environment"
  python3 - "$work/environment" "$@" <<'END'
import hashlib, json, sys
path, process, *wanted = sys.argv[1:]
told = {"the service": json.load(open(path))["data"]}
if process != "0":
    own = open(f"/proc/{process}/environ", "rb").read().decode(errors="surrogateescape").split("\0")
    if any(text.startswith("INVOCATION_ID=") for text in own):
        told["the running application"] = own
wrong = []
for owner, texts in told.items():
    values = dict(text.split("=", 1) for text in texts if "=" in text)
    for name, _, digest in (word.partition("=") for word in wanted):
        seen = values.get(name)
        if (seen is None) == (digest == "") and (seen is None or hashlib.sha256(seen.encode(errors="surrogateescape")).hexdigest().startswith(digest)):
            continue
        wrong.append(f"{owner} has {'no' if seen is None else 'another' if digest else 'a'} {name}")
print("\n".join(wrong))
sys.exit(bool(wrong))
END
}

application_has_variables() {
  find_process
  variables_are "$process" "$@"
}

service_has_variables() { variables_are 0 "$@"; }

forget_build_environment() {
  step forget_build_environment
  systemctl stop application.service
  shred -zn0 --remove=unlink ${buildSettingsPath}
  systemctl daemon-reload
}

service_is_enabled() { systemctl is-enabled application.service; }

application_reads_secrets() {
  local seen
  seen=$(systemctl show --property ExecStart application.service)
  echo "$seen"
  [[ $seen == *"path=$home/with-secrets ;"* ]]
}
`;
