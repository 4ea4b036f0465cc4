/** What one distribution does differently. */
export interface FamilyProfile {
  /**
   * Bash functions over its package manager: refresh_package_lists, update_packages,
   * install_packages, packages_are_current, package_is_installed, remove_package_caches; and
   * set_boot_argument, has_boot_argument over its boot loader.
   */
  readonly runtime: string;
  /** Names that users know, and what the distribution calls the same thing. */
  readonly packageNames: Readonly<Record<string, string>>;
  readonly serviceNames: Readonly<Record<string, string>>;
  /** What a virtual environment of Python needs. */
  readonly pythonPackages: readonly string[];
  /** The version of the repositories that the base image's release stands for, where there is such a thing. */
  readonly pinnedRelease: (release: string) => string | undefined;
}
