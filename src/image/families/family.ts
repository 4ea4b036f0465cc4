import type { SourceFiles } from "../package-sources.ts";

/** The differences of one distribution. */
export interface FamilyProfile {
  /** The account that cloud-init creates on every server of the vendor's images. */
  readonly platformUser: string;
  /**
   * Bash functions over its package manager: refresh_package_lists, update_packages,
   * install_packages, packages_are_current, package_is_installed, remove_package_caches,
   * changed_files, owned_files; installed_packages for the bill of materials (runtime/packages.ts);
   * ages_count, whether PAM lets the age of a password end a login with a key, if there is a passwordsCheck (it does
   * otherwise);
   * allow_older_versions; versions_of and installed_versions, which print the versions of a package that
   * exist and that are installed, and is_version, which compares one of them with one of the stack file;
   * set_boot_argument, kernel_lines over its boot loader; harden_pam over its PAM; and
   * access_control_is_on, which prints what is wrong with AppArmor or SELinux.
   */
  readonly runtime: (release: string) => string;
  /** Extended regular expressions of the paths of rules that its own services write at any time. */
  readonly ownRules: readonly string[];
  /** The runtime's functions that are its own steps. They have no arguments. */
  readonly ownSteps: readonly string[];
  /** The runtime's function that verifies that nothing installs updates by itself. */
  readonly updatesCheck: string;
  /** The one that verifies PAM's rules for passwords. Undefined if strong hardening sets none. */
  readonly passwordsCheck: string | undefined;
  /** Common names, and the distribution's own names for the same packages or services. */
  readonly packageNames: Readonly<Record<string, string>>;
  readonly serviceNames: Readonly<Record<string, string>>;
  /** The files of a package source. */
  readonly sourceFiles: SourceFiles;
  /** How the package manager writes a package of one version. */
  readonly versionedPackage: (name: string, version: string) => string;
  /** What keeps an update of all packages from changing this one's version. */
  readonly keptVersion: (name: string, version: string) => string;
  /** The packages that the checks need, and that a base image may lack. */
  readonly checkPackages: readonly string[];
  /** The packages that strong hardening needs. */
  readonly hardeningPackages: readonly string[];
  /** Units that install updates by themselves, whether this system has them or not. */
  readonly automaticUpdates: readonly string[];
  /** What strong hardening adds to the kernel's command line on this distribution. */
  readonly bootArguments: readonly string[];
  /** The package of auditd. */
  readonly auditPackage: string;
  /** The file that names Amazon's time service to chrony. Undefined for a distribution that does so itself. */
  readonly timeSources: string | undefined;
  /** The packages that a Python virtual environment needs. */
  readonly pythonPackages: readonly string[];
  /** The further packages of each version of Python. Others are the distribution's own python3. */
  readonly pythons: Readonly<Record<string, readonly string[]>>;
  /**
   * The repository version of the base image's release. Undefined for distributions without
   * versions.
   */
  readonly pinnedRelease: (release: string) => string | undefined;
}
