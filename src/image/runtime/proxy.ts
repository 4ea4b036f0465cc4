import { bash } from "../bash.ts";

/** The build's proxy. A script without one contains none of this. */
export const proxy = bash`
# For apt-get, dnf, pip, Python and commands, until the restart. Not for addresses of the machine and of EC2 itself.
use_proxy() {
  step use_proxy "$1"
  export http_proxy=$1 https_proxy=$1 no_proxy=localhost,127.0.0.1,169.254.169.254
}
`;
