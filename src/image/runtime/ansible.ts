import { ansibleFolder, playbookFolder, variablesPath } from "../ansible.ts";
import { bash } from "../bash.ts";
import { contentsFolder } from "../stored-contents.ts";

/** The steps and checks of a playbook. A script without one contains none of this. */
export const ansible = bash`
# unpack_playbook SHA256: what the builder has fetched and verified.
unpack_playbook() {
  step unpack_playbook
  python3 -m tarfile -e "${contentsFolder}/$1" ${playbookFolder}
  chown -hR 0:0 ${playbookFolder}
}

# with_ansible PROGRAM ARGUMENT…: in the playbook's folder, so that its ansible.cfg counts. Everything that Ansible writes
# for itself is in one folder, and it needs a locale with UTF-8.
with_ansible() {
  cd ${playbookFolder}
  env LC_ALL=C.UTF-8 ANSIBLE_HOME=${ansibleFolder}/home ANSIBLE_LOCAL_TEMP=${ansibleFolder}/tmp ANSIBLE_REMOTE_TMP=${ansibleFolder}/tmp \
    ANSIBLE_ASYNC_DIR=${ansibleFolder}/async ANSIBLE_COLLECTIONS_PATH=${ansibleFolder}/collections ANSIBLE_GALAXY_CACHE_DIR=${ansibleFolder}/cache \
    ANSIBLE_NOCOLOR=1 ANSIBLE_FORCE_COLOR=0 ANSIBLE_STDOUT_CALLBACK=default ANSIBLE_CALLBACK_RESULT_FORMAT=yaml ANSIBLE_RETRY_FILES_ENABLED=0 \
    "${ansibleFolder}/environment/bin/$1" "\${@:2}"
}

# three_times COMMAND…
three_times() {
  local tries=3
  until "$@"; do
    doing=$*
    [ "$((tries -= 1))" -gt 0 ]
    sleep 2
  done
}

# install_ansible PYTHON VERSION [COLLECTION…]
install_ansible() {
  step install_ansible "\${@:2}"
  mkdir -p ${playbookFolder}
  chmod 0700 ${ansibleFolder}
  "python$1" -m venv ${ansibleFolder}/environment
  three_times ${ansibleFolder}/environment/bin/pip install -q --no-cache-dir --disable-pip-version-check "ansible-core==$2"
  if [ "$#" = 2 ]; then return; fi
  three_times with_ansible ansible-galaxy collection install -p ${ansibleFolder}/collections "\${@:3}"
  cd /
}

# play PLAYBOOK: on this machine, with the system's own Python, which has the bindings of the package manager. After a
# failure it prints the last task alone, because the console has room for few lines.
play() {
  with_ansible ansible-playbook -c local -i localhost, -e ansible_python_interpreter=/usr/bin/python3 -e @${variablesPath} "$1" >"$work/played" 2>&1 && cd / && return
  awk '/^(TASK|RUNNING HANDLER|PLAY RECAP) /{if(/^PLAY R/)exit;sub(/ \**$/,"");said=""} !/^((ok|changed|skipping|included): .*|)$/{said=said $0 "\n"} END{printf "%s",said}' "$work/played" | head -n 28
  return 1
}

run_playbook() {
  step run_playbook "$1"
  if ! play "$1"; then
    doing="ansible-playbook $1"
    return 1
  fi
}

# playbook_changes_nothing PLAYBOOK: names the tasks of a second run that changed something.
playbook_changes_nothing() {
  play "$1"
  awk '/^(TASK|RUNNING HANDLER) /{sub(/ \**$/,"");task=$0} /^changed: /{print task;told=1} /^localhost +: ok=.* changed=[1-9]/{if(!told)print}' "$work/played" | ends_empty
}

remove_ansible() {
  stop_if_a_check_failed
  step remove_ansible
  rm -rf ${ansibleFolder}
}

ansible_files() { found -regex '${ansibleFolder}|.*/(\.ansible(_async|_galaxy)?|ansible-tmp-[^/]*)' "$@"; }
`;
