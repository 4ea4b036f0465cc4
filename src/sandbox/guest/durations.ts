/**
 * How long actions of a guest take, in seconds, rounded from a t3.micro. The sum for the original's
 * hardening (updates, four packages) is close to the 240 seconds that its script allowed.
 */
export const guestDurations = {
  /**
   * From the kernel's first line until cloud-init runs user data. About the boot time of Amazon
   * Linux 2023 and Debian.
   */
  boot: 20,
  /** From the kernel's first line until services enabled at boot answer. */
  services: 14,
  /** From the kernel's first line until the SSM Agent has told Systems Manager of the machine. AWS documents no number. */
  sessionAgent: 45,
  /** From the start of the service until the application's worker processes run. */
  application: 4,
  /** From the state that a group wants a server to reach until the image's service has seen it: it looks every five seconds. */
  hookNoticed: 5,
  /** A program of a hook, if it does not wait for anything. */
  hookProgram: 3,
  /** Downloading the package lists. */
  packageLists: 12,
  /**
   * All updates since the base image's release. The original waited 240 s for them and four
   * packages.
   */
  updatesAll: 160,
  updatesSecurity: 110,
  /** Resolving and the transaction, then each package. */
  packages: 9,
  package: 4,
  /** Creating a virtual environment, then each requirement from the index. */
  pythonEnvironment: 6,
  pythonPackage: 4,
  download: 3,
  /** A command that prepares the application, such as npm ci of some hundred packages. */
  ownCommand: 20,
  /** A service's restart. */
  service: 1.5,
  /** Any other step, any other command. */
  step: 0.3,
  /** A check that only reads. */
  check: 0.2,
  /** Asking the package manager for pending updates. */
  checkUpdates: 8,
  /** Reading every file of every package. */
  verifyPackages: 5,
  /** Looking at every file of the disk. */
  findFiles: 0.5,
  /** Killing the application and waiting for it. */
  checkRestart: 3,
  checkAnswer: 1,
  /** From the start of chrony until it has synchronised the clock. */
  timeSynchronised: 6,
  /** From the start of the last service at boot until systemd has nothing left to do. */
  systemStarts: 1,
  /** Removing caches, logs and state, and writing them to disk. */
  removeTraces: 5,
  /** From the verdict until the machine is off. */
  powerOff: 4,
} as const;
