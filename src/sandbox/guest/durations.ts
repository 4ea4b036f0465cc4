/**
 * How long a guest takes for things, in seconds. Rounded to what a t3.micro in the cloud shows;
 * the sum over the original's hardening (updates, four packages) is near the 240 seconds that its
 * script allowed for it.
 */
export const guestDurations = {
  /** From the kernel's first line until cloud-init runs user data; Amazon Linux 2023 and Debian boot in about that. */
  boot: 20,
  /** From the kernel's first line until services that are enabled at boot answer. */
  services: 14,
  /** An application's worker processes, from their service's start. */
  application: 4,
  /** Downloading the package lists. */
  packageLists: 12,
  /** All updates since a base image's release; the original waited 240 s for them and four packages. */
  updatesAll: 160,
  updatesSecurity: 110,
  /** Resolving and the transaction itself, then each package. */
  packages: 9,
  package: 4,
  /** Making a virtual environment, then each requirement from the index. */
  pythonEnvironment: 6,
  pythonPackage: 4,
  download: 3,
  /** A service's restart. */
  service: 1.5,
  /** Any other step, any other command. */
  step: 0.3,
  /** A check that only looks. */
  check: 0.2,
  /** Asking the package manager for pending updates. */
  checkUpdates: 8,
  /** Killing the application and waiting for it. */
  checkRestart: 3,
  checkAnswer: 1,
  /** Removing caches, logs and state, and writing them to disk. */
  removeTraces: 5,
  /** From the verdict until the machine is off. */
  powerOff: 4,
} as const;
