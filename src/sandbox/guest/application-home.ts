/** Where specs/image.md puts an application. */
export const applicationHome = "/opt/application";
